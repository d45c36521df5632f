"""What other libraries say: read by tests/peers/test_peers.py, run by the Python of an environment of their own.

Each function takes plain values and gives plain values; the two sides share no code.
"""

import json
import sys


def survival(said):
    """Share alive after each day of loss, by lifelines; and the log-rank test of the groups."""
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test

    curves = []
    for group in said["groups"]:
        fitter = KaplanMeierFitter()
        since, until, lost = zip(*group, strict=True)
        fitter.fit(list(until), list(lost), entry=list(since) if any(since) else None)
        curves.append([float(fitter.predict(day)) for day in said["days"]])
    lives = [(until, lost, place) for place, group in enumerate(said["groups"]) for _, until, lost in group]
    until, lost, groups = (list(column) for column in zip(*lives, strict=True))
    test = multivariate_logrank_test(until, groups, lost)
    return {"curves": curves, "chi2": float(test.test_statistic), "p": float(test.p_value)}


def statistics(said):
    """Tails of chi-squared, Wilson's intervals and the order of pairs, by scipy."""
    from scipy.stats import binomtest, chi2, mannwhitneyu

    wilson = []
    for part, whole in said["shares"]:
        interval = binomtest(part, whole).proportion_ci(0.95, method="wilson")
        wilson.append([float(interval.low), float(interval.high)])
    won, others = said["won"], said["others"]
    return {
        "tails": [float(chi2.sf(x, df)) for x, df in said["tails"]],
        "wilson": wilson,
        "order": float(mannwhitneyu(won, others).statistic) / (len(won) * len(others)),
    }


def paths(said):
    """Directly-follows counts, starts, ends and variants of a log, by pm4py."""
    import pandas
    import pm4py

    frame = pandas.DataFrame(said["events"], columns=["case", "activity", "time"])
    frame["time"] = pandas.to_datetime(frame["time"], utc=True)
    log = pm4py.format_dataframe(frame, case_id="case", activity_key="activity", timestamp_key="time")
    follows, starts, ends = pm4py.discover_dfg(log)
    return {
        "follows": [[a, b, int(count)] for (a, b), count in follows.items()],
        "starts": {name: int(count) for name, count in starts.items()},
        "ends": {name: int(count) for name, count in ends.items()},
        "variants": [[list(path), int(count)] for path, count in pm4py.get_variants(log).items()],
    }


def attribution(said):
    """First, last, linear and first-order Markov, by ChannelAttribution, whose chain is simulated."""
    import ChannelAttribution
    import pandas

    frame = pandas.DataFrame(said["paths"], columns=["path", "conversions", "nulls"])
    told = ChannelAttribution.heuristic_models(frame, "path", "conversions")
    chain = ChannelAttribution.markov_model(
        frame, "path", "conversions", var_null="nulls", order=1, nsim_start=200_000, seed=1, verbose=False
    )
    return {
        "rules": told.to_dict("list"),
        "markov": dict(zip(chain["channel_name"], map(float, chain["total_conversions"]), strict=True)),
    }


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print("ANSWER " + json.dumps({name: globals()[name](said) for name, said in asked.items()}))
