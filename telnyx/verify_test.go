package telnyx

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// The vector of contracts/telnyx.md, section 10: the seed is RFC 8032's test 1.
const (
	vectorSeed      = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
	vectorPublic    = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	vectorTime      = 1763868600
	vectorSignature = "TI2SlBYo25EvfQsLgneOAFsnu+PHtP1+FEbsv48zmgSK1wkTclbYsGYEbiZwRhPZw1lzuI9qiNjdiOtqE1pqAQ=="
)

// signed returns the headers that Telnyx sends with a body, were the seed its own.
func signed(body []byte, at time.Time) http.Header {
	seed, err := hex.DecodeString(vectorSeed)
	if err != nil {
		panic(err)
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	signature := ed25519.Sign(ed25519.NewKeyFromSeed(seed), append([]byte(stamp+"|"), body...))
	return http.Header{
		"Telnyx-Signature-Ed25519": {base64.StdEncoding.EncodeToString(signature)},
		"Telnyx-Timestamp":         {stamp},
		"Content-Type":             {"application/json"},
	}
}

func vectorKey(t testing.TB) Key {
	t.Helper()
	key, err := ParseKey(vectorPublic)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSignatureVectorPasses(t *testing.T) {
	header := http.Header{}
	header.Set("telnyx-signature-ed25519", vectorSignature)
	header.Set("telnyx-timestamp", strconv.Itoa(vectorTime))
	if err := vectorKey(t).Verify(header, webhook(t, "signed"), time.Unix(vectorTime, 0)); err != nil {
		t.Fatalf("Verify: %v", err)
	}
}

func TestVerifyRefuses(t *testing.T) {
	body, at := webhook(t, "signed"), time.Unix(vectorTime, 0)
	good := signed(body, at)
	without := func(name string) http.Header {
		h := good.Clone()
		h.Del(name)
		return h
	}
	with := func(name, value string) http.Header {
		h := good.Clone()
		h.Set(name, value)
		return h
	}
	other, err := ParseKey(base64.StdEncoding.EncodeToString(ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey)))
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(body, []byte("parked"), []byte("Parked"), 1)
	key := vectorKey(t)
	tests := []struct {
		name   string
		key    Key
		header http.Header
		body   []byte
		now    time.Time
		want   error
	}{
		{"nothing", key, good, body, at, nil},
		{"a changed byte", key, good, changed, at, ErrBadSignature},
		{"a body that was written anew", key, good, append(body[:len(body):len(body)], '\n'), at, ErrBadSignature},
		{"no signature", key, without("Telnyx-Signature-Ed25519"), body, at, ErrNoSignature},
		{"no timestamp", key, without("Telnyx-Timestamp"), body, at, ErrNoSignature},
		{"another timestamp", key, with("Telnyx-Timestamp", strconv.Itoa(vectorTime+1)), body, at, ErrBadSignature},
		{"a timestamp that is no number", key, with("Telnyx-Timestamp", "now"), body, at, ErrBadSignature},
		{"a signature that is no base64", key, with("Telnyx-Signature-Ed25519", "!"), body, at, ErrBadSignature},
		{"a short signature", key, with("Telnyx-Signature-Ed25519", "c2hvcnQ="), body, at, ErrBadSignature},
		{"another account's key", other, good, body, at, ErrBadSignature},
		{"no key", Key{}, good, body, at, ErrNoKey},
		{"no key, whatever the tolerance", Key{}.WithTolerance(time.Hour), good, body, at, ErrNoKey},
		{"nothing at 300 s", key, good, body, at.Add(Tolerance), nil},
		{"nothing at -300 s", key, good, body, at.Add(-Tolerance), nil},
		{"what is stale", key, good, body, at.Add(Tolerance + time.Second), ErrStale},
		{"what is of the future", key, good, body, at.Add(-Tolerance - time.Second), ErrFuture},
		{"nothing stale within its tolerance", key.WithTolerance(time.Hour), good, body, at.Add(time.Hour), nil},
		{"what is stale and forged as forged", key, good, changed, at.Add(time.Hour), ErrBadSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.key.Verify(tt.header, tt.body, tt.now); !errors.Is(got, tt.want) {
				t.Errorf("Verify: got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestParseKeyRefusesWhatIsNoKey(t *testing.T) {
	for _, text := range []string{"", "key", "c2hvcnQ=", vectorPublic + vectorPublic, vectorSignature} {
		if _, err := ParseKey(text); !errors.Is(err, ErrKey) {
			t.Errorf("ParseKey(%q): got %v, want ErrKey", text, err)
		}
	}
	if _, err := ParseKey(" " + vectorPublic + "\n"); err != nil {
		t.Errorf("ParseKey with blanks around it: %v", err)
	}
}
