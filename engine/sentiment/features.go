package sentiment

// A feature is a property of a sentence, by a name that is the same for ever: it stands
// in the weights. The first sign tells its kind.
//
//	still          a word
//	not_working    two words side by side; ^ and $ are the sentence's ends
//	!happy         a word that a "not" turns round, in place of the word
//	=fail          a class of the lexicon; =not_=work two of them side by side
//	~frust         how a longer word begins, for what was misheard or inflected
//	@length3       something about the whole
type features struct {
	name []byte
	each func(name []byte)
}

const stem = 5 // letters of a beginning

// of calls each for all features of a sentence. A feature may come twice.
func (f *features) of(s *sentence) {
	n := len(s.words)
	for i := range s.words {
		w := &s.words[i]
		turned := ""
		if w.not {
			turned = "!"
		}
		f.begin(turned).word(w).end()
		if w.class != "" {
			f.begin(turned).text("=").text(w.class).end()
		}
		if len(w.text) > stem && !w.not {
			f.begin("~").bytes(w.text[:stem]).end()
		}
		if i+1 < n {
			f.pair(w, "_", &s.words[i+1])
		}
	}
	if n > 0 {
		f.begin("^_").word(&s.words[0]).end()
		f.begin("").word(&s.words[n-1]).text("_$").end()
	}
	if n > 1 {
		f.begin("^_").word(&s.words[0]).text("_").word(&s.words[1]).end()
	}
	f.whole(s)
}

// pair tells of two words, and of them by their classes where they have some.
func (f *features) pair(a *word, between string, b *word) {
	f.begin("").word(a).text(between).word(b).end()
	if a.class != "" || b.class != "" {
		f.begin("").class(a).text(between).class(b).end()
	}
}

// whole tells of the sentence as one.
func (f *features) whole(s *sentence) {
	n, bucket := len(s.words), byte('0')
	for bucket < '6' && n > 1<<(bucket-'0') {
		bucket++
	}
	f.begin("@length").byte(bucket).end()
	if s.asks {
		f.begin("@asks").end()
	}
	if s.shouts {
		f.begin("@shouts").end()
	}
}

func (f *features) begin(kind string) *features {
	f.name = append(f.name[:0], kind...)
	return f
}

func (f *features) word(w *word) *features { return f.bytes(w.text) }

func (f *features) class(w *word) *features {
	if w.class == "" {
		return f.bytes(w.text)
	}
	return f.text("=").text(w.class)
}

func (f *features) text(text string) *features {
	f.name = append(f.name, text...)
	return f
}

func (f *features) bytes(text []byte) *features {
	f.name = append(f.name, text...)
	return f
}

func (f *features) byte(b byte) *features {
	f.name = append(f.name, b)
	return f
}

func (f *features) end() { f.each(f.name) }
