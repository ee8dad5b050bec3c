// Package telnyx speaks with Telnyx Voice (Call Control v2): webhooks in, commands
// out.
//
// A webhook is verified ([Key.Verify]), decoded into the engine's words ([Decode])
// and handed on; [NewHandler] does all three and [Serve] listens. A [Client] carries
// out the engine's commands and tells what became of each. No wire type leaves the
// package. What Telnyx does and where it deviates from its own pages is written in
// contracts/telnyx.md, whose sections the comments cite.
package telnyx
