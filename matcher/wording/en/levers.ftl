# What may be changed for a proposal to be funded.
lever-ask-less = asking for less
