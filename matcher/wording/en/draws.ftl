# Random variations of a round, and what is said of them.

draws-range = Budgets vary by a share from 0 to 1, and scores by 0 to 1,000,000 points.
draws-twice = Scores vary by so many points or within the spread of their reviewers, not both.
draws-nothing = Say what varies: the budgets, the scores by so many points, or the scores within the spread of their reviewers.
draws-no-reviewers = No proposal of the round has two reviewers who are not recused, so nobody knows how far reviewers lie apart. Vary the scores by so many points instead.
draws-budgets = Each budget lies anywhere within { $share } of what it is, more or less.
draws-points = Each score varies by { $points } points (the standard deviation of a normal distribution).
draws-reviewers =
    { $count ->
        [one] The score of one proposal is what other reviewers like its own could have said.
       *[other] The scores of { $count } proposals are what other reviewers like their own could have said.
    }
draws-pooled =
    { $count ->
        [one] One proposal has fewer than two reviewers: its score varies as far as single reviewers of this round lie apart, { $points } points (a standard deviation).
       *[other] { $count } proposals have fewer than two reviewers: their scores vary as far as single reviewers of this round lie apart, { $points } points (a standard deviation).
    }
draws-pairs =
    { $count ->
        [one] One pool's own score for a proposal varies by itself.
       *[other] { $count } scores that pools gave themselves vary by themselves.
    }
