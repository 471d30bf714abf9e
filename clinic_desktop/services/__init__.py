"""Use cases: one function each; permission, domain rules, one journalled transaction, Changes."""
