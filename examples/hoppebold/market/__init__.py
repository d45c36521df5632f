"""The simulated market of Hoppebold: who is there, what happens, what the systems write down, what is true."""
