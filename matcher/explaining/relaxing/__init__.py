"""Why a round has no plan, and the least changes that give it one."""
