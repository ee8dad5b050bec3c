//go:build linux || darwin

package journal

import (
	"errors"
	"os"
	"syscall"
)

// Where SQLite locks its files, whatever is in them: sqlite.org/fileformat2.html, the
// lock-byte page.
const (
	lockBytes     = 0x40000000
	lockBytesLong = 512
)

// holder asks the system which other process has the journal locked.
func holder(path string) (held bool, pid int) {
	f, err := os.Open(path)
	if err != nil {
		return false, 0
	}
	defer f.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Start: lockBytes, Len: lockBytesLong}
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock); err != nil || lock.Type == syscall.F_UNLCK {
		return false, 0
	}
	return true, int(lock.Pid)
}

// alive reports whether there is such a process, whosever it is.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
