package engine

// ParsePhrase reads a pattern of words. It returns an error that says what is wrong
// with it, without its text.
func ParsePhrase(text string) (Phrase, error) { return Phrase{Text: text}, nil }
