"""The commands of `km` beside wrapping. They may import what they need: nobody's server waits for them."""
