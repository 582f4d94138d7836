"""What everything stands on: arrays, errors, the clock, options, and work as generators."""
