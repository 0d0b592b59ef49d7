"""Exercise 3: right answers in other forms, as code that follows the solution."""

from exercise_03_mutants import DRAWN, ENDS, READ, TAILS, function, grid, read

# By task.
FORMS = {
    "03.1": [
        "first = in_rates\ndef in_rates(mean, sd): return np.array(first(mean, sd))",
        "second = in_rates\nin_rates = lambda m, s: pd.Series(second(m, s), list('lux'))",
        function(ENDS, TAILS),
        "third = in_rates\ndef in_rates(mu, sigma): return [round(x, 3) for x in third(mu, sigma)]",
        """
def in_rates(mean, sd):
    rate = expit(np.random.default_rng(20).normal(mean, sd, size=200_000))
    return *np.quantile(rate, [0.05, 0.95]), np.mean((rate < 0.01) | (rate > 0.99))
""",
    ],
    "03.2": [
        grid(),
        "by_doctor = by_doctor[['above', 'upper', 'lower', 'estimate']]",
        "by_doctor = by_doctor.round(3).sample(frac=1, random_state=1)",
        "by_doctor = by_doctor.to_numpy()",
        "by_doctor = by_doctor.T.to_dict()",
        "by_doctor = {f'Dr. {d}': tuple(row) for d, row in by_doctor.iterrows()}",
        "by_doctor = by_doctor.rename_axis('doctor').reset_index()",
        # The grid over the rates, with the factor that it needs
        grid(
            ("alpha = np.linspace(-10, 10, 4001)", "theta = np.linspace(0.0001, 0.9999, 9999)"),
            ("theta = expit(alpha)", "alpha = logit(theta)"),
            ("* likelihood", "* likelihood / theta / (1 - theta)"),
        ),
    ],
    "03.3": [
        "fit = fit.posterior",
        "fit = fit.posterior.to_dataset()",
        "fit = {'alpha': fit.posterior['Intercept'].to_numpy(), "
        "'beta': fit.posterior['relative'].to_numpy()}",
        DRAWN + "fit = drawn(others.relative, others.success, draws=1000)",
        DRAWN + "fit = drawn(others.relative, others.success, draws=8000)",
    ],
    "03.4": [
        READ,
        "reading = lambda a, b, r: [*told(a, b, r).values()]",
        "reading = lambda a, b, r: pd.Series(told(a, b, r)).sort_index()",
        "reading = lambda a, b, r: {k: round(v, 3) for k, v in told(a, b, r).items()}",
        read(("np.quantile(draws, [0.025, 0.975])", "az.eti(draws, prob=0.95)")),
        # Of sorted draws one that is there, and not a point between two
        read(("np.quantile(draws, [0.025, 0.975])", "np.sort(draws)[[100, 3900]]")),
        read(("np.quantile(draws, [0.025, 0.975])", "np.sort(draws)[[99, 3899]]")),
        # The chapter's way, with a fit made of the draws
        """
def reading(alpha, beta, relative):
    drawn = az.from_dict({"posterior": {"Intercept": alpha[None], "relative": beta[None]}})
    new = pd.DataFrame({"relative": [relative]})
    chance = model.predict(drawn, data=new, inplace=False).posterior["p"]
    ratio = np.exp(beta)
    return [ratio.mean(), *np.quantile(ratio, [0.025, 0.975]),
            float(chance.mean()), *chance.quantile([0.025, 0.975]).to_numpy()]
""",
    ],
    "03.5": [
        "separated = separated[::-1]",
        "separated = tuple(separated)",
        "separated = set(separated)",
        "separated = pd.Series(separated)",
        "separated = np.array(separated)",
        "separated = [f'Dr. {d}' for d in separated]",
        "separated = {d: d in separated for d in patients['doctor'].unique()}",
    ],
}
