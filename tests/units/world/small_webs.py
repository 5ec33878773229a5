"""Random small scenarios: any mechanism may be there or not, and none of its sizes is usual.

Every range is an example, chosen so that quantities often run out: people, text, attention, cash. What stands
first or twice in a list of values makes for a web in which something happens.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

type Document = dict[str, Any]

DOMAINS, CURATORS, LABS, GROUPS = (
    ["code", "news", "talk"],
    ["feed", "forum", "search"],
    ["big", "odd", "wee"],
    ["a", "b"],
)
shares = st.sampled_from([0.0, 0.3, 1.0])
months = st.integers(1, 4)


def some(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """A table in which any of the keys may be missing."""
    return st.fixed_dictionaries({}, optional=values)


def named(names: list[str], one: st.SearchStrategy[Document]) -> st.SearchStrategy[list[Document]]:
    """A list of tables with some of the names."""
    chosen = st.sampled_from([names, names[::-1], names[1:2], []])
    return chosen.flatmap(lambda these: st.tuples(*(_called(name, one) for name in these)).map(list))


def _called(name: str, one: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
    return one.map(lambda table: {"name": name, **table})


def weights(names: list[str]) -> st.SearchStrategy[dict[str, float]]:
    """Weights of some of the names, zeros among them."""
    return st.dictionaries(st.sampled_from(names), st.sampled_from([0.0, 0.5, 2.0])) if names else st.just({})


def few(names: list[str]) -> st.SearchStrategy[list[str]]:
    """Some of the names, each once."""
    return st.lists(st.sampled_from(names), unique=True) if names else st.just([])


# Everybody considers an assistant at once, and most take one if there is any.
assistants = some(reconsider=shares, asks=st.just(2.0), trust=st.just(3.0)).map(
    lambda rest: {"innovation": 1.0, "outside": -5.0, **rest}
)
detectors = st.fixed_dictionaries(
    {"kind": st.just("gaussian"), "samples": st.just(40), "refresh": months}, optional={"false_positive": st.just(0.2)}
)
rules = st.sampled_from(["fixed", "explore", "imitate", "best_response"])
adaptations = st.fixed_dictionaries({"kind": rules, "interval": months})
host_levers = st.sampled_from([["penalty", "false_positive"], ["ai_policy", "crawl", "publisher_share"], []])
lab_levers = st.sampled_from([["price", "api_ratio"], ["cadence", "compute", "retention", "respects_opt_out"], []])
networks = st.sampled_from(["none", "barabasi_albert", "watts_strogatz", "stochastic_block"])
rankings = st.lists(st.sampled_from(["engagement", "recency", "authority"]), max_size=2)

of_ideas = some(
    count=st.integers(1, 2),
    zipf=st.sampled_from([0.0, 1.1]),
    rewards=st.sampled_from([[], [1.0], [-2.0]]),
    novelty=st.sampled_from([0.0, 0.2]),
    verifiability=shares,
    demand=st.sampled_from([1.0, 3.0, 0.0]),
)
numbers: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{"ideas": 40}, {"ideas": 3}, {"ideas": 1}, {"salience": [0.0, 2.0]}]
)
# Room for what everybody writes in all months.
domains = st.tuples(of_ideas, numbers).map(lambda parts: {"inventions": 5000, **parts[0], **parts[1]})

people = some(
    activity=st.sampled_from([3.0, 3.0, 0.4, 0.0]),
    attention=st.sampled_from([6, 6, 1, 0]),
    grounding=shares,
    invention=st.sampled_from([0.0, 0.0, 0.3, 1.0]),
    reliance=shares,
    signing=shares,
    signing_cost=st.sampled_from([0.0, 0.1]),
    pay_reward=st.sampled_from([10.0, 0.0]),
    disgust=st.just(5.0),
    opting_out=shares,
    follow=shares,
    home_share=shares,
    false_flag=shares,
    settling=st.sampled_from([0, 2]),
    network=networks,
)


def curators(known: list[str]) -> st.SearchStrategy[Document]:
    """A curator that knows of some domains."""
    return some(
        ranking=rankings,
        window=months,
        domains=weights(known),
        audience=st.sampled_from([0.0, 1.0]),
        loyalty=shares,
        ai_policy=st.sampled_from(["allow", "label", "downrank", "remove"]),
        detector=detectors,
        crawl=st.sampled_from(["open", "opt_out", "licence"]),
        rpm=st.sampled_from([50.0, 50.0, 0.0]),
        author_share=st.just(0.3),
        reach_bonus=st.sampled_from([0.5, 2.0]),
        signed_bonus=st.just(3.0),
        review_cost=st.just(0.2),
        detector_cost=st.just(500.0),
        licence_price=st.sampled_from([5e6, 1.0]),
        licence_share=shares,
        capital=st.sampled_from([0.0, 1e8]),
        adaptation=adaptations,
        levers=host_levers,
    )


choices = some(
    candidates=st.sampled_from([3, 1]),
    correct_weight=st.sampled_from([2.0, -1.0]),
    vote_weight=st.just(1.0),
    judges=st.sampled_from(["all", "synthetic"]),
).map(lambda rest: {"strength": 1.0, **rest})
worth = some(human=st.sampled_from([2.0, 0.0]), assisted=shares, synthetic=shares)


def labs(hosts: list[str], known: list[str]) -> st.SearchStrategy[Document]:
    """A lab that knows of some curators and domains."""
    crawlers = st.sampled_from([["open"], ["open"], ["curated", "licensed"], ["archive"], []])
    data = some(
        crawlers=crawlers,
        sources=few(hosts[:1]),
        licences=few(hosts),
        settle=st.sampled_from([0, 1, 2]),
        respects_opt_out=st.booleans(),
        crawl_budget=st.sampled_from([10, 10, 0]),
        cap_per_idea=st.just(1),
        retention=shares,
        retention_human=shares,
        window=months,
        domains=few(known[:1]),
        weights=worth,
        reward=choices,
        sample_per_domain=st.sampled_from([4, 0]),
        replacement=st.booleans(),
        commissions_per_domain=st.just(1),
        synthetic_per_domain=st.just(2),
        verifies=st.sampled_from(["own", "all"]),
        sample_budget=st.sampled_from([15, 15, 0]),
        commissions=st.just(2.0),
        synthetic=st.just(3.0),
        verifier_false_positive=shares,
        log_share=shares,
        document_value=st.sampled_from([10.0, 0.0]),
    )
    return some(
        enters=st.sampled_from(["start", "market"]),
        entry_lag=st.integers(0, 2),
        compute=st.just(2.0),
        launch=st.sampled_from(["2020-02", "2020-02", "2019-12", "2020-04", "2025-01"]),
        cadence=months,
        capacity=st.sampled_from([20, 1]),
        temperature=st.sampled_from([0.1, 1.5]),
        watermarks=st.booleans(),
        tuning=st.just(2.0),
        detector=detectors,
        data=data,
        # A training and a month of staff cost 50 million by default: these run out at once, soon, or not.
        capital=st.sampled_from([1e10, 1e10, 8e7, 0.0]),
        adaptation=adaptations,
        levers=lab_levers,
        discloses=st.booleans(),
    )


def groups(hosts: list[str], known: list[str], sellers: list[str]) -> st.SearchStrategy[Document]:
    """A group of publishers that knows of some curators, domains and labs."""
    return some(
        count=st.sampled_from([6, 6, 1, 0]),
        lab=st.sampled_from(["any", *sellers]),
        targets=weights(hosts),
        mix=weights(known),
        mode=st.sampled_from(["generate", "rewrite"]),
        chooses=few(["host"]),
        adaptation=adaptations,
        levers=few(["temperature", "mode", "strips_marks", "labels"]),
        weighs_marks=st.booleans(),
        volume=st.sampled_from([3.0, 3.0, 0.03, 0.0]),
        quota=st.sampled_from([2, 0]) if sellers else st.none(),
        labels=st.booleans(),
        strips_marks=st.booleans(),
        capital=st.sampled_from([1e4, 10.0, 0.0]),
    )


investors = some(
    until=st.just("2020-06"),
    rule=st.sampled_from(["rounds", "spread"]),
    runway=st.just(2.0),
    round=st.just(4.0),
    intensity=st.sampled_from([3.0, 0.0]),
    trend=shares,
    worth=shares,
    required=st.just(0.0),
    herd=st.just(2.0),
    inertia=st.sampled_from([0.5, 0.0]),
    entry=st.sampled_from([10.0, 0.0]),
)
licences = some(
    market=st.just(True), all=st.booleans(), split=shares, term=months, adjust=st.just(0.5), floor=st.just(2.0)
)

markets = some(
    production=st.sampled_from([0.01, 0.2, 20.0, 0.0]),
    entry=st.sampled_from([2.0, 0.0]),
    api_factor=st.sampled_from([1.0, 0.1]),
    api_demand=st.sampled_from([0.0, 1e9]),
    entry_rule=st.sampled_from(["mean_margin", "expected_profit"]),
    entry_cost=st.sampled_from([0.0, 100.0]),
    entry_lag=st.sampled_from([0, 2]),
    strip_cost=st.sampled_from([0.0, 0.1]),
    paraphrase_cost=st.sampled_from([0.0, 0.1]),
    speed=st.just(1.0),
    volume_rule=st.sampled_from(["average", "marginal"]),
    fixed_cost=st.sampled_from([0.0, 1.0]),
    least_volume=st.sampled_from([0.0, 1.0]),
    starts=st.sampled_from(["2018-01", "2020-05"]),
)

shocks = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.sampled_from(["2019-01", "2020-03", "2020-06"]),
            "set": some(
                **{
                    "humans.activity": st.just(1.0),
                    "humans.attention": st.sampled_from([0, 3]),
                    "publishers.api_price": st.just(0.5),
                    "links.per_item": st.sampled_from([0.0, 4.0]),
                    "links.refresh": st.just(1),
                    "curators.*.ai_policy": st.just("remove"),
                    "labs.*.data.retention": shares,
                }
            ).map(dict),
        }
    ),
    max_size=2,
)

policies = st.lists(
    st.fixed_dictionaries(
        {"kind": st.just("label_mandate"), "start": st.sampled_from(["2019-01", "2020-04"])},
        optional={
            "ramp": months,
            "coverage": shares,
            "end": st.just("2020-07"),
            "fine": st.sampled_from([1e-4, 1e3]),
            "enforcement": shares,
        },
    ),
    max_size=1,
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A scenario of at most forty people and ten months, as a nested dict."""
    fields = draw(named(DOMAINS, domains).filter(bool))
    known = [field["name"] for field in fields]
    hosts = draw(named(CURATORS, curators(known)))
    sellers = draw(named(LABS, labs([host["name"] for host in hosts], known)))
    kinds = groups([host["name"] for host in hosts], known, [lab["name"] for lab in sellers])
    content = {
        "start": "2020-01",
        "steps": draw(st.integers(6, 10)),
        "scale": {
            "humans": draw(st.sampled_from([40] * 9 + [2, 1, 0])),
            "people_per_human": draw(st.sampled_from([1.0, 1e6])),
        },
        "reality": {"domains": fields, "styles": draw(st.sampled_from([1, 3]))},
        "humans": {**draw(people), "assistants": draw(assistants)},
        "curators": hosts,
        "labs": sellers,
        "publishers": {**draw(markets), "groups": draw(named(GROUPS, kinds))},
        "investors": {"budget": draw(st.sampled_from([0.0, 1e9, 1e11])), **draw(investors)},
        "licences": draw(licences),
        "links": draw(some(window=months, refresh=months, per_item=st.sampled_from([0.0, 3.0]))),
        "policies": draw(policies),
        "shocks": [_at_home(shock, hosts, sellers) for shock in draw(shocks)],
    }
    return content | draw(st.sampled_from([{}, {}, {}]) | st.fixed_dictionaries({"quotas": _quotas(content)}))


def _quotas(content: Document) -> st.SearchStrategy[Document]:
    """Fixed volumes for those who are there."""
    crowd = content["scale"]["humans"] > 0
    kinds = content["publishers"]["groups"]
    firms = content["labs"] and any(kind.get("count", 100) and kind.get("quota") is None for kind in kinds)
    possible = [share for share in (0.0, 0.5, 1.0) if (share == 0 or crowd) and (share == 1 or firms)]
    volumes = {"documents": st.just(5), "human_share": st.sampled_from(possible or [1.0]), "exact": st.booleans()}
    growth = {"exponent": st.just(0.5), "growth": st.sampled_from([1.2, 0.5])}
    return st.fixed_dictionaries(volumes, optional=growth) if possible else st.just({})


def _at_home(shock: Document, hosts: list[Document], sellers: list[Document]) -> Document:
    """A shock without the keys of curators and labs if there are none."""
    absent = {"curators": not hosts, "labs": not sellers}
    return shock | {"set": {k: v for k, v in shock["set"].items() if not absent.get(k.split(".")[0], False)}}
