# Why a round is refused whose sums would not be exact in whole numbers of 64 bits.

too-fine = (of { $whose }) is so fine that exact sums with the amounts of this round pass 64 bits.
too-fine-remedy = Give it with fewer decimals, or set policy.grant_step.
too-large = (of { $whose }) is the largest of amounts whose exact sum passes 64 bits ({ $subject }).
too-large-remedy = Set policy.grant_step, so that sums are counted in such steps, or ask for less.
