package redact

// Remembered returns how much a redactor remembers.
func (r *Redactor) Remembered() (calls, lines, sentences int) {
	for _, c := range r.calls {
		calls++
		for _, l := range c.lines {
			lines++
			sentences += len(l.before)
		}
	}
	return calls, lines, sentences
}
