package journal

import "fmt"

// LimitPages has SQLite say that the disk is full when the file has so many pages.
func (j *Journal) LimitPages(n int) error {
	_, err := j.conn.ExecContext(background, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}
