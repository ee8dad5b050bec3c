package journal

import "fmt"

// LimitPages has SQLite say that the disk is full when the file has so many pages.
func (j *Journal) LimitPages(n int) error {
	_, err := j.conn.ExecContext(background, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// Pragma returns how SQLite is set.
func (j *Journal) Pragma(name string) (value string, err error) {
	err = j.conn.QueryRowContext(background, "PRAGMA "+name).Scan(&value)
	return value, err
}
