"""What-if: scenarios, sweeps, comparisons with causes, replay bundles, staying near a result."""
