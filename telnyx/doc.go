// Package telnyx speaks with Telnyx Voice (Call Control v2): webhooks in, commands
// out, and the sound of legs in.
//
// A webhook is verified ([Key.Verify]), decoded into the engine's words ([Decode])
// and handed on; [NewHandler] does all three and [Serve] listens. A [Client] carries
// out the engine's commands and tells what became of each. [Media] takes the streams in
// which Telnyx sends what a leg says, and hands it to a [Sink] in order, in mu-law and a
// tenth of a second at a time. No wire type leaves the package. What Telnyx does and where
// it deviates from its own pages is written in contracts/telnyx.md, whose sections the
// comments cite.
//
// Webhooks are lost: a [Sweeper] asks what is alive, compares it with what we hold, and tells
// the engine the differences. It only asks.
//
// An [Account] is beside that: what the portal shows, asked and changed for a person who
// sets up or looks for what is wrong. No call is handled by it.
package telnyx
