"""`umi train reproduce`: the paper's systems and ours, trained and evaluated under the same code, on the same records.

    config.py      the table `[reproduce]`, beside a training configuration
    systems.py     what each system trains: data, nothing else
    records.py     the records, in two halves that share no instruction, and those to evaluate on
    training.py    one training of a plan: its configuration, its result, and whether it is done
    evaluating.py  one system of one seed, asked; its results, found again
    running.py     all of it in order, from wherever it was
    table.py       results to means, intervals and differences
    markdown.py    the table for people
    plot.py        the table as a picture

Paper:
    Shen et al. 2024 (arXiv 2401.07324): the comparison of Single-LLM, Single-LLM multi-task, Multi-LLM one-stage and α-UMi
    without and with data reuse on static evaluation; GLPFT's stages as in the authors' repository.
"""
