// Package telnyxtest speaks Telnyx's Voice API v2 on loopback, commands in and signed
// webhooks out, over a pretend telephone network (package world).
//
// It is a real server, and no stand-in for tests alone: the demo runs on it. It takes
// a command only as Telnyx documents it (contracts/telnyx.md, Appendix A): a field that
// is not listed, a required one that is missing, a wrong type, an unknown word of an
// enumeration, or a number out of its documented range is refused with 422, and
// [Server.Refused] remembers it, so that a test can insist on none. What Telnyx does
// and this server does not (the end of a machine's greeting, overlays, recording, …)
// is refused likewise, never taken and silently not done.
//
// A leg's sound is streamed to a web socket, as section 7 has it: what its far end says
// is data in the samples (see [world.Voice]), so that a [world.Listener] behind our own
// media server hears what has reached it and nothing else. What a leg says is also
// written down, in call.transcription.
//
// It answers for the account too (portal.go): numbers, applications, outbound voice
// profiles, the public key, the balance. What is changed there holds: a call goes to the
// application of the number that was called, and its webhooks to where that application
// has them sent now.
//
// Every webhook is delivered on its own: they overtake one another, and are sent again
// when they are not answered with 200, as Telnyx says of its own. What goes wrong
// besides (commands that fail, webhooks repeated or late) is the network's to say; see
// [world.Faults]. What goes wrong with streams and transcriptions is told to the server
// while it runs; see [Server.Misbehave].
package telnyxtest
