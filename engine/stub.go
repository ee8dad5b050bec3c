package engine

func legName(r Role, n int) LegName { return "" }
