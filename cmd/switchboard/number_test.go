package main

import "testing"

func TestANumberIsTheSameHoweverItsNetworkWritesIt(t *testing.T) {
	for told, want := range map[string]bool{
		"+12025550151": true, "12025550151": true, "0012025550151": true, "01112025550151": true, "2025550151": true, "+1 (202) 555-0151": true,
		"sip:+12025550151@sip.example.com": true, "sips:12025550151@sip.example.com;transport=tls": true, "tel:+1-202-555-0151": true,
		"+12025550152": false, "5550151": false, "anonymous": false, "": false, "sip:anonymous@anonymous.invalid": false, "+112025550151": false,
		"sip:ida@12025550151": false, "9f3a12025550151b": false,
	} {
		if got := sameNumber(told, "+12025550151"); got != want {
			t.Errorf("%q: got %t", told, got)
		}
	}
	if sameNumber("2025550151", "+4520255501") {
		t.Error("a number of another country is the same")
	}
}
