"""The machines, the sweep and the store in memory on a clock of their own, with crashes at will.

`interpreter` runs `statemachines/` a transition at a time, `world` holds everything that functions
reach, `crashes` stops them between any two calls, and `schedule` plays one random life of it all.
"""
