"""Exercise 1: what students write, right and wrong, as code that follows the solution."""

from exercise_kit import patients_of

EQUAL_DOCTORS = patients_of(
    {d: (n // 2, n) for d, n in zip("ABCDEFGHIJ", range(4, 24, 2), strict=True)}
)

# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "01.1": {
        "counted failures instead of successes": """
raw_rate = (1 - patients["success"]).groupby(patients["doctor"]).mean().reindex(roster)
""",
        "gave percent instead of proportions": """
raw_rate = (100 * patients.groupby("doctor")["success"].mean()).reindex(roster)
""",
        "counted the successes and did not divide": """
raw_rate = patients.groupby("doctor")["success"].sum().reindex(roster)
""",
        "counted the patients": """
raw_rate = patients["doctor"].value_counts().reindex(roster)
""",
        "divided by the wrong n, the patients of the whole clinic": """
raw_rate = {d: patients.query("doctor == @d")["success"].sum() / len(patients) for d in roster[:-1]}
""",
        "divided by the wrong n, the mean caseload": """
by_doctor = patients.groupby("doctor")["success"]
raw_rate = (by_doctor.sum() / by_doctor.size().mean()).reindex(roster)
""",
        "divided by the wrong n, the mean caseload with the empty doctor in it": """
raw_rate = patients.groupby("doctor")["success"].sum() / (len(patients) / len(roster))
""",
        "divided by the wrong n, the number of doctors": """
raw_rate = patients.groupby("doctor")["success"].sum().reindex(roster) / len(roster)
""",
        "divided by the wrong n, the number of doctors with patients": """
raw_rate = patients.groupby("doctor")["success"].sum() / patients["doctor"].nunique()
""",
        "added a success and a failure to every doctor before dividing": """
by_doctor = patients.groupby("doctor")["success"]
raw_rate = ((by_doctor.sum() + 1) / (by_doctor.count() + 2)).reindex(roster)
""",
        "gave every doctor the rate of the whole clinic": """
raw_rate = {doctor: patients["success"].mean() for doctor in roster}
""",
        "forgot the empty doctor": """
raw_rate = patients.groupby("doctor")["success"].mean()
""",
        "gave the empty doctor a rate of 0": """
raw_rate = patients.groupby("doctor")["success"].mean().reindex(roster, fill_value=0)
""",
        "gave the empty doctor the rate of the whole clinic": """
raw_rate = patients.groupby("doctor")["success"].mean().reindex(roster)
raw_rate = raw_rate.fillna(patients["success"].mean())
""",
        "gave the empty doctor the mean of the doctors' rates": """
raw_rate = raw_rate.fillna(raw_rate.mean())
""",
        "gave the empty doctor a rate of one half": """
raw_rate = patients.groupby("doctor")["success"].mean().reindex(roster).fillna(0.5)
""",
    },
    "01.2": {
        "forgot the square root": """
standard_error = raw_rate * (1 - raw_rate) / patients.groupby("doctor").size()
""",
        "divided by n − 1, as `sem` and `std` do": """
standard_error = patients.groupby("doctor")["success"].sem().reindex(roster)
""",
        "gave the standard deviation of single patients": """
standard_error = patients.groupby("doctor")["success"].std(ddof=0).reindex(roster)
""",
        "gave the sample standard deviation of single patients": """
standard_error = patients.groupby("doctor")["success"].std().reindex(roster)
""",
        "took the square root of n only": """
standard_error = raw_rate * (1 - raw_rate) / np.sqrt(patients.groupby("doctor").size())
""",
        "took the square root above the line only": """
standard_error = np.sqrt(raw_rate * (1 - raw_rate)) / patients["doctor"].value_counts()
""",
        "divided the sample standard deviation of the patients by n": """
by_doctor = patients.groupby("doctor")["success"]
standard_error = (by_doctor.std() / by_doctor.size()).reindex(roster)
""",
        "divided by the wrong n, the patients of the whole clinic": """
standard_error = np.sqrt(raw_rate * (1 - raw_rate) / len(patients))
""",
        "divided by the wrong n, the mean caseload": """
standard_error = np.sqrt(raw_rate * (1 - raw_rate) / patients["doctor"].value_counts().mean())
""",
        "used the rate of the whole clinic for every doctor": """
p = patients["success"].mean()
standard_error = np.sqrt(p * (1 - p) / patients.groupby("doctor").size()).reindex(roster)
""",
        "forgot the factor 1 − p": """
standard_error = np.sqrt(raw_rate / patients.groupby("doctor").size())
""",
        "gave the half-width of an interval": """
n = patients.groupby("doctor").size()
standard_error = 1.96 * np.sqrt(raw_rate * (1 - raw_rate) / n)
""",
        "gave percent instead of proportions": """
n = patients.groupby("doctor").size()
standard_error = 100 * np.sqrt(raw_rate * (1 - raw_rate) / n)
""",
        "added two successes and two failures first": """
n = patients.groupby("doctor").size() + 4
p = (patients.groupby("doctor")["success"].sum() + 2) / n
standard_error = np.sqrt(p * (1 - p) / n).reindex(roster)
""",
        "forgot the empty doctor": """
n = patients.groupby("doctor").size()
standard_error = np.sqrt(raw_rate * (1 - raw_rate) / n).dropna()
""",
        "gave the empty doctor a standard error of 0": """
n = patients.groupby("doctor").size()
standard_error = np.sqrt(raw_rate * (1 - raw_rate) / n).fillna(0)
""",
    },
    "01.3": {
        "swapped the two ends": """
ends = [stats.binomtest(int(round(p * m)), int(m)).proportion_ci(method="wilson") if m > 0
        else (np.nan, np.nan) for p, m in zip(raw_rate, n)]
interval = [(high, low) for low, high in ends]
""",
        "gave percent instead of proportions": """
z = stats.norm.ppf(0.975)
centre = (raw_rate + z**2 / (2 * n)) / (1 + z**2 / n)
half = z * np.sqrt(raw_rate * (1 - raw_rate) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
interval = pd.DataFrame({"lower": 100 * (centre - half), "upper": 100 * (centre + half)})
""",
        "computed Wald's interval": """
interval = pd.DataFrame({"lower": raw_rate - 1.96 * standard_error,
                         "upper": raw_rate + 1.96 * standard_error})
""",
        "computed Wald's interval and cut it at 0 and 1": """
interval = pd.DataFrame({"lower": raw_rate - 1.96 * standard_error,
                         "upper": raw_rate + 1.96 * standard_error}).clip(0, 1)
""",
        "computed the Agresti–Coull interval": """
z = stats.norm.ppf(0.975)
n_ = n + z**2
p_ = (raw_rate * n + z**2 / 2) / n_
se_ = np.sqrt(p_ * (1 - p_) / n_)
interval = pd.DataFrame({"lower": p_ - z * se_, "upper": p_ + z * se_})
""",
        "computed the Agresti–Coull interval and cut it at 0 and 1": """
z = 1.96
n_ = n + z**2
p_ = (raw_rate * n + z**2 / 2) / n_
se_ = np.sqrt(p_ * (1 - p_) / n_)
interval = pd.DataFrame({"lower": p_ - z * se_, "upper": p_ + z * se_}).clip(0, 1)
""",
        "added two successes and two failures and used Wald's formula": """
p_ = (raw_rate * n + 2) / (n + 4)
se_ = np.sqrt(p_ * (1 - p_) / (n + 4))
interval = pd.DataFrame({"lower": p_ - 1.96 * se_, "upper": p_ + 1.96 * se_})
""",
        "added two successes and two failures, used Wald's formula and cut at 0 and 1": """
p_ = (raw_rate * n + 2) / (n + 4)
se_ = np.sqrt(p_ * (1 - p_) / (n + 4))
interval = pd.DataFrame({"lower": p_ - 1.96 * se_, "upper": p_ + 1.96 * se_}).clip(0, 1)
""",
        "used a continuity correction": """
tally = patients.groupby("doctor")["success"].agg(["sum", "count"])
interval = {d: stats.binomtest(s, m).proportion_ci(method="wilsoncc")
            for d, s, m in tally.itertuples()} | {"K": None}
""",
        "computed the exact interval of Clopper and Pearson": """
tally = patients.groupby("doctor")["success"].agg(["sum", "count"])
interval = {d: stats.binomtest(s, m).proportion_ci() for d, s, m in tally.itertuples()}
""",
        "used the normal quantile of a 90 % interval": """
z = stats.norm.ppf(0.95)
centre = (raw_rate + z**2 / (2 * n)) / (1 + z**2 / n)
half = z * np.sqrt(raw_rate * (1 - raw_rate) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
interval = pd.DataFrame({"lower": centre - half, "upper": centre + half})
""",
        "computed a 99 % interval": """
tally = patients.groupby("doctor")["success"].agg(["sum", "count"])
interval = pd.DataFrame({d: stats.binomtest(s, m).proportion_ci(0.99, method="wilson")
                         for d, s, m in tally.itertuples()}, index=["lower", "upper"]).T
""",
        "used a z of 1, one standard error to each side": """
centre = (raw_rate + 1 / (2 * n)) / (1 + 1 / n)
half = np.sqrt(raw_rate * (1 - raw_rate) / n + 1 / (4 * n**2)) / (1 + 1 / n)
interval = pd.DataFrame({"lower": centre - half, "upper": centre + half})
""",
        "rounded z to 2": """
z = 2
centre = (raw_rate + z**2 / (2 * n)) / (1 + z**2 / n)
half = z * np.sqrt(raw_rate * (1 - raw_rate) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
interval = pd.DataFrame({"lower": centre - half, "upper": centre + half})
""",
        "put Wilson's width around the raw rate": """
z = 1.96
half = z * np.sqrt(raw_rate * (1 - raw_rate) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
interval = pd.DataFrame({"lower": raw_rate - half, "upper": raw_rate + half})
""",
        "left the divisor 1 + z²/n out": """
z = 1.96
centre = raw_rate + z**2 / (2 * n)
half = z * np.sqrt(raw_rate * (1 - raw_rate) / n + z**2 / (4 * n**2))
interval = pd.DataFrame({"lower": centre - half, "upper": centre + half})
""",
        "divided the centre by 1 + z²/n, not the half-width": """
z = 1.96
centre = (raw_rate + z**2 / (2 * n)) / (1 + z**2 / n)
half = z * np.sqrt(raw_rate * (1 - raw_rate) / n + z**2 / (4 * n**2))
interval = pd.DataFrame({"lower": centre - half, "upper": centre + half})
""",
        "left z²/(4n²) out under the root": """
z = 1.96
centre = (raw_rate + z**2 / (2 * n)) / (1 + z**2 / n)
half = z * np.sqrt(raw_rate * (1 - raw_rate) / n) / (1 + z**2 / n)
interval = pd.DataFrame({"lower": centre - half, "upper": centre + half})
""",
        "did not square n in z²/(4n²), under the root": """
z = 1.96
centre = (raw_rate + z**2 / (2 * n)) / (1 + z**2 / n)
half = z * np.sqrt(raw_rate * (1 - raw_rate) / n + z**2 / (4 * n)) / (1 + z**2 / n)
interval = pd.DataFrame({"lower": centre - half, "upper": centre + half})
""",
        "forgot the empty doctor": """
tally = patients.groupby("doctor")["success"].agg(["sum", "count"])
interval = [stats.binomtest(s, m).proportion_ci(method="wilson") for _, s, m in tally.itertuples()]
""",
        "gave the empty doctor an interval without width": """
tally = patients.groupby("doctor")["success"].agg(["sum", "count"])
interval = pd.DataFrame({d: stats.binomtest(s, m).proportion_ci(method="wilson")
                         for d, s, m in tally.itertuples()}, index=["lower", "upper"])
interval = interval.T.reindex(roster, fill_value=0)
""",
    },
    "01.4": {
        "gave percent instead of variances of proportions": """
spread = {name: 100 * variance for name, variance in spread.items()}
""",
        "computed with rates in percent": """
observed, p = (100 * raw_rate).var(), 100 * patients["success"].mean()
chance = (p * (100 - p) / n).mean()
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "used the population variance, which divides by the number of doctors": """
observed = np.var(raw_rate.dropna().to_numpy())
pooled = patients["success"].mean()
chance = np.nanmean(pooled * (1 - pooled) / n)
spread = {"observed": observed, "chance": chance, "between": observed - chance}
""",
        "gave a standard deviation as 'observed'": """
pooled = patients["success"].mean()
chance = (pooled * (1 - pooled) / n).mean()
spread = {"observed": raw_rate.std(), "chance": chance, "between": raw_rate.std() - chance}
""",
        "counted the empty doctor as a rate of 0": """
pooled = patients["success"].mean()
observed, chance = raw_rate.fillna(0).var(), (pooled * (1 - pooled) / n).mean()
spread = {"observed": observed, "chance": chance, "between": observed - chance}
""",
        "took the variance of the patients, not of the doctors' rates": """
pooled = patients["success"].mean()
observed, chance = patients["success"].var(), (pooled * (1 - pooled) / n).mean()
spread = {"observed": observed, "chance": chance, "between": observed - chance}
""",
        "took the variance of all outcomes, not of the doctors' rates": """
pooled = patients["success"].mean()
observed, chance = np.var(patients["success"].to_numpy()), (pooled * (1 - pooled) / n).mean()
spread = {"observed": observed, "chance": chance, "between": observed - chance}
""",
        "used the mean of the doctors' rates where the pooled rate belongs": """
observed, p = raw_rate.var(), raw_rate.mean()
chance = (p * (1 - p) / n).mean()
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "put each doctor's own rate into 'chance'": """
observed, chance = raw_rate.var(), (standard_error**2).mean()
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "divided by the wrong n, the mean caseload": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = p * (1 - p) / n.mean()
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "divided by the wrong n, the patients of the whole clinic": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = p * (1 - p) / len(patients)
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "did not divide by the caseloads": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = p * (1 - p)
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "added up the doctors' sampling variances instead of averaging them": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = (p * (1 - p) / n).sum()
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "counted the empty doctor when you averaged the sampling variances": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = (p * (1 - p) / n).sum() / len(roster)
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "gave a standard deviation as 'chance'": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = np.sqrt((p * (1 - p) / n).mean())
spread = {"observed": observed, "chance": chance, "between": max(0, observed - chance)}
""",
        "gave a standard deviation as 'between'": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = (p * (1 - p) / n).mean()
spread = {"observed": observed, "chance": chance, "between": np.sqrt(max(0, observed - chance))}
""",
        "gave the share of the variance as 'between'": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = (p * (1 - p) / n).mean()
spread = {"observed": observed, "chance": chance, "between": 1 - chance / observed}
""",
        "subtracted the wrong way round": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = (p * (1 - p) / n).mean()
spread = {"observed": observed, "chance": chance, "between": chance - observed}
""",
        "subtracted standard deviations": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = (p * (1 - p) / n).mean()
spread = {"observed": observed, "chance": chance, "between": observed**0.5 - chance**0.5}
""",
        "let 'between' fall below zero": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = (p * (1 - p) / n).mean()
spread = {"observed": observed, "chance": chance, "between": observed - chance}
""",
        "left 'between' as large as 'observed'": """
observed, p = raw_rate.var(), patients["success"].mean()
chance = (p * (1 - p) / n).mean()
spread = {"observed": observed, "chance": chance, "between": observed}
""",
    },
}

# Mistakes that only show in some clinics
CLINIC_OF = {"let 'between' fall below zero": EQUAL_DOCTORS}

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "01.1": [
        "raw_rate = list(raw_rate)",
        "raw_rate = tuple(raw_rate)",
        "raw_rate = raw_rate.to_numpy()",
        "raw_rate = raw_rate.to_dict()",
        "raw_rate = raw_rate[::-1]",
        "raw_rate = raw_rate.sample(frac=1, random_state=1)",
        "raw_rate = raw_rate.reset_index(drop=True)",
        "raw_rate = raw_rate.round(3)",
        "raw_rate = raw_rate.astype('Float64')",
        "raw_rate = raw_rate.astype(object).where(raw_rate.notna(), None)",
        "raw_rate = {f'Dr. {d}': p for d, p in raw_rate.items()}",
        "raw_rate = raw_rate.to_dict().values()",
        "raw_rate = raw_rate.to_xarray()",
        "raw_rate = raw_rate.set_axis(pd.CategoricalIndex(roster))",
        "raw_rate = raw_rate.to_frame()",
        "raw_rate = patients.groupby('doctor')[['success']].mean().reindex(roster)",
    ],
    "01.2": [
        "standard_error = list(standard_error)",
        "standard_error = standard_error.round(3).to_dict()",
        "standard_error = standard_error.sort_values()",
        "standard_error = standard_error.to_numpy()",
        "standard_error = np.ma.masked_invalid(standard_error.to_numpy())",
    ],
    "01.3": [
        "interval = interval[['upper', 'lower']]",
        "interval = interval.set_axis(['low', 'high'], axis=1)",
        "interval = interval.set_axis([0, 1], axis=1)",
        "interval = interval.iloc[::-1].round(3)",
        "interval = interval.to_numpy()",
        "interval = interval.to_numpy().T",
        "interval = interval.T.to_dict()",
        "interval = interval.to_dict()",
        "interval = interval.to_dict('list')",
        "interval = list(interval.itertuples(index=False))",
        "interval = interval.assign(n=n)",
        "interval = interval.rename_axis('doctor').reset_index()",
        "interval = (interval['lower'], interval['upper'])",
        "interval = interval.apply(tuple, axis=1)",
        "interval = interval.fillna({'lower': 0, 'upper': 1})",
    ],
    "01.4": [
        "spread = pd.Series(spread)",
        "spread = pd.Series(spread).sort_index()",
        "spread = list(spread.values())",
        "spread = np.array(list(spread.values()))",
        "spread = {k: round(v, 4) for k, v in spread.items()}",
    ],
}
