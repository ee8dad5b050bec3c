// Package typo tells how far a word that was typed is from one that there is, so that a
// message about a mistake can say what was probably meant.
package typo

// Distance is how many letters must be put in, left out or replaced to make one word of the
// other. It counts bytes: what it is asked about are names of our own, in ASCII.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := corner
			if a[i] != b[j] {
				replace++
			}
			corner = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
