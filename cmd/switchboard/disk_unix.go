//go:build linux || darwin

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// freeSpace returns how many bytes are free for us where a folder lies.
func freeSpace(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}

// keepOwner gives a file to the owner of the one that it replaces: what root has changed
// must not be lost to its user.
func keepOwner(f *os.File, was fs.FileInfo) error {
	of, ok := was.Sys().(*syscall.Stat_t)
	if !ok || int(of.Uid) == os.Geteuid() {
		return nil
	}
	return f.Chown(int(of.Uid), int(of.Gid))
}
