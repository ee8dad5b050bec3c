package engine

// legMissed takes a leg as hung up whose webhook never came.
func (t *turn) legMissed(e LegMissed) {}

// legFound takes in a leg of ours that we did not know to be alive.
func (t *turn) legFound(e LegFound) {}

// roomDiffers takes in that a leg came into its conference, or left it, untold.
func (t *turn) roomDiffers(e RoomDiffers) {}

// muteDiffers takes in how a leg is muted and held.
func (t *turn) muteDiffers(e MuteDiffers) {}
