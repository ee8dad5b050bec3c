// Package world is a pretend telephone network: legs, conferences, the people at the
// far ends of the legs, and what goes wrong.
//
// A [World] is pure. It has no clock, goroutine, socket or chance of its own: it is
// told how far time has come ([World.Advance]) and what is commanded, and draws what
// looks like chance from a seed. It behaves as Telnyx does where Telnyx says how
// (contracts/telnyx.md), and gives Telnyx's error codes; it knows nothing of HTTP.
// telnyxtest gives it Telnyx's face and symbltest Symbl's, and a simulator may step
// it as fast as it can. One model serves all three, because two would drift apart.
//
// Its people follow a [recording.Recording]: what they hear raises the anchors that
// the recording's lines count from (see package recording), and what they say is
// heard by those who are with them in a conference at the time, as far as holds, mutes
// and supervisors' roles let it be, and by nobody else; but for a stream of a leg's own
// sound and its transcription, which have all that its far end says. Of a supervisor no
// recording tells: [World.Talk] and [World.Press] are his.
//
// A [Network] is the one thing here that lives: a World behind a mutex that advances
// on house time, for the servers that share it.
package world
