package journal_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"switchboard/engine/journal"
)

// The kernel says EIO to every flush of this process from here on, as it does of a disk
// that has failed. Nothing that was written is undone: SQLite is told, no more.
func flushesFail() error {
	stmt := func(code uint16, k uint32) unix.SockFilter { return unix.SockFilter{Code: code, K: k} }
	jump := func(k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: k, Jt: yes, Jf: no}
	}
	filter := []unix.SockFilter{
		stmt(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, 0), // the number of the system call
		jump(unix.SYS_FSYNC, 1, 0),
		jump(unix.SYS_FDATASYNC, 0, 1),
		stmt(unix.BPF_RET|unix.BPF_K, unix.SECCOMP_RET_ERRNO|uint32(unix.EIO)),
		stmt(unix.BPF_RET|unix.BPF_K, unix.SECCOMP_RET_ALLOW),
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&program)))
	runtime.KeepAlive(filter)
	if errno != 0 {
		return errno
	}
	return nil
}

func init() { appendWithoutFlushes = appendWhileFlushesFail }

// appendWhileFlushesFail appends in good order, then while no flush succeeds.
func appendWhileFlushesFail(path string) {
	j, err := journal.Open(path)
	if err != nil {
		fmt.Println("open:", err)
		return
	}
	events, err := j.Append(noon, keys("good-", 3))
	fmt.Println("before:", len(events), err)
	if err := flushesFail(); err != nil {
		fmt.Println("no seccomp:", err)
		return
	}
	events, err = j.Append(noon, keys("bad-", 3))
	fmt.Println("after:", len(events), errors.Is(err, journal.ErrBroken))
	_, err = j.Append(noon, keys("worse-", 3))
	fmt.Println("again:", errors.Is(err, journal.ErrBroken))
	fmt.Println("close:", j.Close())
}

// An acknowledgement waits for a flush: where no flush succeeds there is none, though the
// disk takes every write. "After a failed flush the process stops."
func TestNothingIsAcknowledgedWithoutAFlush(t *testing.T) {
	path := fresh(t)
	out, err := child(t, "append without flushes", path).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if strings.Contains(string(out), "no seccomp") {
		t.Skip("this machine lets no process filter its system calls: ", string(out))
	}
	want := "before: 3 <nil>\nafter: 0 true\nagain: true\nclose: <nil>\n"
	if string(out) != want {
		t.Errorf("the child says:\n%s\nwant:\n%s", out, want)
	}
	j := open(t, path)
	if got := all(t, j, 1); len(got) < 3 || got[0].ID != "good-0" {
		t.Errorf("got %d events back, want the 3 that were acknowledged at least", len(got))
	}
}
