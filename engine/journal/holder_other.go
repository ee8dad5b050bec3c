//go:build !linux && !darwin

package journal

// holder does not know here which other process has the journal locked.
func holder(string) (held bool, pid int) { return false, 0 }

// alive does not know here whether a process is there, and believes the note.
func alive(int) bool { return true }
