# Which proposals every best plan funds, and which only some do.
# Lists come as text. The best plans are those of the same targets met and the same merit.

ties-none =
    { $funded ->
        [0] Every best plan funds nobody.
        [one] There is no other choice as good: every best plan funds the one proposal that is funded here.
       *[other] There is no other choice as good: every best plan funds the { $funded } proposals that are funded here.
    }
ties-all =
    { $count ->
        [one] One proposal is funded in every best plan: { $named }.
       *[other] { $count } proposals are funded in every best plan: { $named }.
    }
ties-some-funded =
    { $count ->
        [one] One proposal is funded here that another plan as good does not fund: { $named }.
       *[other] { $count } proposals are funded here that other plans as good do not all fund: { $named }.
    }
ties-some-waiting =
    { $count ->
        [one] One proposal is not funded here that another plan as good funds: { $named }.
       *[other] { $count } proposals are not funded here that other plans as good fund: { $named }.
    }
ties-unknown =
    { $count ->
        [one] Of one proposal it is not known whether all best plans treat it alike: { $named }.
       *[other] Of { $count } proposals it is not known whether all best plans treat them alike: { $named }.
    }
ties-not-proven = The plan is not proven to be the best, only to be near it; where others are called as good, they are as good as this plan.
