package main

import (
	"fmt"
	"io"
	"log/slog"
)

// A Secret is a text that is never shown: however it is formatted, encoded or logged,
// it reads "(secret)". The zero Secret is empty.
type Secret struct {
	// A pointer, for fmt reads unexported fields without asking for methods.
	text *string
}

// NewSecret returns a secret that holds text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Empty reports whether there is nothing to hide.
func (s Secret) Empty() bool { return s.text == nil }

// Reveal returns the text, for the one who must send it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String returns "(secret)", or the empty text for an empty secret.
func (s Secret) String() string {
	if s.text == nil {
		return ""
	}
	return "(secret)"
}

// Format implements [fmt.Formatter]: every verb prints what String returns.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// MarshalText implements [encoding.TextMarshaler] with what String returns.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements [slog.LogValuer] with what String returns.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
