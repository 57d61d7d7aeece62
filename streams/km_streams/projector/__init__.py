"""The projector: scored events and dead letters become read models, exactly once."""
