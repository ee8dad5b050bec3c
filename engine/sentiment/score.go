// Package sentiment says how negative a customer's spoken sentence is.
package sentiment

// Features calls each with the name of every feature of a text.
func Features(text string, each func(name []byte)) {
	var s sentence
	s.read(text)
	f := features{each: each}
	f.of(&s)
}
