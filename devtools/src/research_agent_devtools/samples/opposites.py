"""Tables of opposites: words that say something else when one stands for the other."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "CAUSES",
    "CERTAINTY",
    "CLASSES",
    "DIRECTIONS",
    "KINSHIP",
    "OPPOSITE_VERBS",
    "QUALITIES",
    "SUPERLATIVES",
    "TENSES",
    "UNITS",
    "forms",
    "verb_pairs",
]

IRREGULAR = {
    line.split(":")[0]: tuple(line.split(":"))
    for line in """
arise:arises:arose:arisen:arising become:becomes:became:become:becoming begin:begins:began:begun:beginning
break:breaks:broke:broken:breaking build:builds:built:built:building buy:buys:bought:bought:buying
fall:falls:fell:fallen:falling forget:forgets:forgot:forgotten:forgetting
forbid:forbids:forbade:forbidden:forbidding freeze:freezes:froze:frozen:freezing give:gives:gave:given:giving
grow:grows:grew:grown:growing hide:hides:hid:hidden:hiding keep:keeps:kept:kept:keeping
lead:leads:led:led:leading leave:leaves:left:left:leaving lend:lends:lent:lent:lending
lose:loses:lost:lost:losing rise:rises:rose:risen:rising sell:sells:sold:sold:selling
send:sends:sent:sent:sending show:shows:showed:shown:showing shrink:shrinks:shrank:shrunk:shrinking
sink:sinks:sank:sunk:sinking slow:slows:slowed:slowed:slowing spend:spends:spent:spent:spending
teach:teaches:taught:taught:teaching win:wins:won:won:winning withdraw:withdraws:withdrew:withdrawn:withdrawing
bind:binds:bound:bound:binding flee:flees:fled:fled:fleeing permit:permits:permitted:permitted:permitting
admit:admits:admitted:admitted:admitting transmit:transmits:transmitted:transmitted:transmitting
emit:emits:emitted:emitted:emitting repel:repels:repelled:repelled:repelling stop:stops:stopped:stopped:stopping
ban:bans:banned:banned:banning drop:drops:dropped:dropped:dropping split:splits:split:split:splitting""".split()
}


def _pairs(text: str) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for pair in text.split():
        word, other = pair.split(":")
        table.setdefault(word, []).append(other)
    return table


def _table(text: str) -> dict[str, list[str]]:
    rows = (row.split(" > ") for row in " ".join(text.split()).split("; "))
    return {word: others.split(" / ") for word, others in rows}


OPPOSITE_VERBS = """
prevent:cause increase:reduce increase:decrease raise:lower consume:produce absorb:emit win:lose attract:repel
accept:reject allow:forbid permit:prohibit support:oppose gain:lose grow:shrink expand:contract
strengthen:weaken enable:prevent begin:end start:end start:stop build:destroy create:destroy establish:dissolve
enter:leave arrive:depart ascend:descend rise:fall import:export buy:sell give:receive send:receive borrow:lend
attack:defend capture:release arrest:release join:leave unite:divide merge:split combine:separate
include:exclude contain:lack possess:lack encourage:discourage promote:hinder help:hinder improve:worsen
accelerate:slow advance:retreat appear:disappear survive:perish precede:follow succeed:fail pass:fail
approve:reject confirm:deny prove:disprove reveal:conceal show:hide expose:protect preserve:destroy
protect:endanger save:waste earn:spend heat:cool warm:cool freeze:melt evaporate:condense dissolve:crystallize
activate:inhibit stimulate:suppress induce:inhibit inhibit:promote facilitate:impede ease:aggravate
relieve:worsen cure:cause treat:cause heal:injure harm:benefit damage:repair praise:criticize honor:condemn
welcome:shun embrace:reject adopt:abandon maintain:abandon retain:lose hire:dismiss appoint:dismiss elect:oust
crown:depose conquer:liberate occupy:liberate ignore:acknowledge lengthen:shorten widen:narrow fill:empty
push:pull lift:drop connect:disconnect attach:detach add:remove insert:remove encode:decode encrypt:decrypt
compress:decompress charge:discharge transmit:receive store:release secrete:absorb inhale:exhale float:sink
emerge:vanish launch:cancel publish:suppress legalize:ban obey:defy surrender:prevail invite:exclude
provide:withhold develop:abandon introduce:abolish form:dissolve require:forbid use:avoid receive:refuse
defeat:spare control:lack invent:dismiss oppose:favor criticize:defend generate:consume convert:preserve
maximize:minimize simplify:complicate clarify:obscure inspire:discourage influence:ignore recognize:overlook
demand:oppose grant:deny divide:unite replace:preserve avoid:seek resist:welcome follow:precede collapse:recover
decline:flourish flourish:decline prosper:decline stabilize:destabilize dominate:avoid specialize:dabble
 employ:dismiss celebrate:condemn commemorate:ignore describe:omit recommend:discourage
restrict:extend unify:divide abolish:introduce reject:accept oppose:support lose:gain exclude:include
decrease:increase reduce:increase lower:raise lose:win weaken:strengthen shrink:grow suppress:stimulate
block:enable hinder:promote""".split()
"""Pairs of verbs, each the opposite of the other."""

QUALITIES = _pairs("""
northern:southern eastern:western ancient:modern common:rare rare:common large:small small:large high:low
low:high major:minor hot:cold cold:hot warm:cool dry:wet wet:dry hard:soft strong:weak weak:strong rich:poor
long:short short:long early:late late:early domestic:wild wild:domesticated male:female female:male
positive:negative negative:positive internal:external external:internal public:private private:public
natural:artificial artificial:natural urban:rural rural:urban formal:informal legal:illegal illegal:legal
visible:invisible similar:unrelated different:identical solid:liquid liquid:solid organic:inorganic
inorganic:organic parallel:perpendicular convex:concave thick:thin thin:thick wide:narrow narrow:wide fast:slow
slow:fast heavy:light bright:dim dark:light deep:shallow shallow:deep toxic:harmless poisonous:edible
edible:poisonous carnivorous:herbivorous herbivorous:carnivorous nocturnal:diurnal diurnal:nocturnal
terrestrial:marine marine:freshwater tropical:arctic deciduous:evergreen evergreen:deciduous perennial:annual
annual:biennial vertebrate:invertebrate flowering:flowerless independent:dependent popular:unpopular
successful:unsuccessful influential:obscure important:unimportant widespread:isolated acute:chronic
chronic:acute maternal:paternal elder:younger younger:elder primary:secondary secondary:primary left:right
horizontal:vertical vertical:horizontal static:moving soluble:insoluble stable:unstable unstable:stable
renewable:non-renewable flexible:rigid rigid:flexible continuous:discontinuous reversible:irreversible
linear:nonlinear finite:infinite infinite:finite safe:dangerous dangerous:safe simple:complex complex:simple
active:inactive extinct:living living:extinct conservative:liberal democratic:autocratic secular:religious
religious:secular Protestant:Catholic Catholic:Protestant
""")
"""Adjectives and their opposites."""

SUPERLATIVES = _pairs("""
largest:smallest smallest:largest biggest:smallest first:last last:first oldest:youngest youngest:oldest
highest:lowest lowest:highest tallest:shortest longest:shortest shortest:longest heaviest:lightest
lightest:heaviest fastest:slowest deepest:shallowest richest:poorest poorest:richest hottest:coldest
coldest:hottest strongest:weakest earliest:latest latest:earliest closest:farthest nearest:farthest
northernmost:southernmost southernmost:northernmost easternmost:westernmost westernmost:easternmost best:worst
best-known:least-known greatest:least most:least least:most larger:smaller smaller:larger bigger:smaller
higher:lower lower:higher older:younger younger:older longer:shorter shorter:longer heavier:lighter
lighter:heavier faster:slower stronger:weaker weaker:stronger earlier:later later:earlier more:less fewer:more
maximum:minimum minimum:maximum third:fourth fourth:fifth fifth:sixth sixth:third seventh:eighth
second-largest:largest third-largest:largest second-most:most third-most:most second-highest:highest
third-highest:highest second-longest:longest fourth-largest:second-largest first:second
""")
"""Superlatives, comparatives and ordinals."""

DIRECTIONS = _pairs("""
north:south south:north east:west west:east northeast:southwest southwest:northeast northwest:southeast
southeast:northwest before:after after:before above:below below:above inside:outside outside:inside
upstream:downstream upper:lower inner:outer outer:inner front:rear ancestor:descendant descendant:ancestor
predecessor:successor successor:predecessor clockwise:anticlockwise forward:backward inward:outward
outward:inward upward:downward downward:upward
""")
"""Places and times seen from the other side."""

CAUSES = _table("""
because of > despite; due to > despite; because > although; although > because; despite > because of;
causes > is caused by / prevents; caused by > the cause of; leads to > results from / prevents;
led to > resulted from / prevented; results in > results from; resulted in > resulted from;
results from > results in; derived from > the source of; as a result of > in spite of;
descended from > ancestral to; influenced by > a major influence on; preceded by > followed by;
succeeded by > preceded by; followed by > preceded by; part of > independent of; instead of > as well as;
until > after; including > excluding; except > including; against > in support of; contrary to > in line with;
unlike > like; Unlike > Like; Although > Because; Despite > Because of; Due to > Despite; Because of > Despite;
in favor of > against; in addition to > instead of; in response to > regardless of; depending on > regardless of;
prior to > after; during > after; prevents > causes; such as > but not; rather than > as well as
""")
"""What joins a cause to its effect, a part to its whole, and the reverse."""

KINSHIP = _table("""
father of > son of; son of > father of; daughter of > mother of; mother of > daughter of; wife of > mother of;
husband of > father of; brother of > father of; sister of > mother of; capital of > province of;
teacher of > student of; student of > teacher of; pupil of > teacher of; disciple of > teacher of;
grandson of > grandfather of; nephew of > uncle of; cousin of > brother of; subsidiary of > parent company of;
tributary of > source of; member of > opponent of; descendant of > ancestor of; founder of > opponent of;
inventor of > critic of; author of > translator of; leader of > opponent of; subset of > superset of;
example of > exception to; symptom of > cause of; cause of > cure for; source of > threat to;
remedy for > cause of
""")
"""Relations, and others that exclude them."""

CERTAINTY = _table("""
can > always; sometimes > always / never; often > always / never / rarely; usually > always / never / rarely;
generally > always / never; typically > always / never; commonly > always / rarely; frequently > always / rarely;
some > all / no; Some > All / No; many > all / few; Many > All / Few; most > all / few; Most > All / Few;
several > all; mainly > only / exclusively; mostly > exclusively; primarily > exclusively; all > few; All > Few;
partly > entirely; partially > entirely / completely; largely > entirely; predominantly > exclusively;
rarely > usually; one of > the only one of; always > seldom; never > often; every > hardly any;
both > neither of; various > all; widely > rarely; nearly all > all; the majority of > all; at least > at most;
more than > less than; less than > more than; over > under; up to > more than; fewer than > more than;
almost > exactly
""")
"""How many, how often, how surely: and more, or less, than that."""

TENSES = _table("""
served > serves; had been > has been; used to be > is; no longer > still; ruled > rules; reigned > reigns;
worked > works; held > holds; formerly > currently; previously > currently; currently > formerly;
today > formerly; still > no longer; will be > was; ceased to > continues to; historically > currently;
existed > exists; originally > now; current > former; remains > was once
""")
"""Words of the past and the present."""

CLASSES = tuple(
    tuple(line.split("/"))
    for line in """planet/star/moon/asteroid/comet/galaxy/constellation/nebula
mammal/bird/reptile/fish/amphibian/insect
mammals/birds/reptiles/fish/amphibians/insects
river/lake/mountain/volcano/desert/island/peninsula/valley/strait/bay/sea
novel/poem/film/play/opera/song/painting/short story/television series
language/dialect/script/alphabet
city/village/country/province/state/continent
capital/port/suburb
tree/shrub/herb/grass/vine/fern/moss
vegetable/fruit/cereal/spice/nut
bacterium/virus/fungus/protist/parasite
bacteria/viruses/fungi/parasites
physicist/chemist/mathematician/biologist/astronomer/economist/geologist
painter/sculptor/architect/composer/photographer
novelist/poet/playwright/journalist/historian/philosopher
singer/actor/actress/dancer/comedian/film director
politician/lawyer/general/diplomat/businessman
king/emperor/prime minister/president/pope/sultan
metal/gas/nonmetal/mineral/alloy/acid
element/compound/mixture/alloy
war/battle/treaty/revolution/election
religion/philosophy/political party/sport
instrument/weapon/vehicle/garment
disease/vitamin/hormone/enzyme/drug/organ/bone/muscle/gland
protein/carbohydrate/lipid/vitamin
dog/cat/horse/goat/sheep/cow/pig
bridge/castle/church/temple/museum/university/palace/stadium
airline/bank/automobile manufacturer/newspaper/software company
theorem/conjecture/algorithm/number/function/set/graph
triangle/circle/square/cube/sphere/polygon
guitar/violin/flute/drum/piano/trumpet
island country/landlocked country
dynasty/empire/republic/kingdom/federation
Christian/Muslim/Jewish/Buddhist/Hindu
French/German/Italian/Spanish/English/Russian/Polish/Dutch/Swedish/Greek/Turkish/Chinese/Japanese/Indian/American/British/Canadian
African/Asian/European/South American/North American
summer/winter/spring/autumn
genus/family/order/class/phylum
engine/battery/computer/telescope/microscope
solid/liquid/gas
rock/soil/mineral/fossil
wine/beer/tea/coffee/milk/juice
cheese/bread/soup/cake/sausage
cell/tissue/organ/organism
atom/molecule/ion/electron/proton/neutron""".splitlines()
)
"""Classes that exclude each other."""

UNITS = tuple(
    tuple(line.split("/"))
    for line in """kilometres/metres/miles
kilometers/meters/miles
km/m/miles
km2/sq mi/m2
kg/g/lb
kilograms/grams/tonnes
metres/centimetres/feet
meters/centimeters/feet
feet/inches/metres
mm/cm/m
cm/mm/m
years/months/days/decades
days/hours/weeks/months
hours/minutes/days
minutes/seconds/hours
°C/°F/K
percent/per thousand
century/decade
centuries/decades/millennia
square kilometres/square miles/hectares
square kilometers/square miles/hectares""".splitlines()
)
"""Units of the same dimension."""


def forms(verb: str) -> tuple[str, ...]:
    """Base form, third person, past, participle, and -ing form of an English verb."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb[:-1]}ied", f"{verb}ing"
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"
    return verb, third, f"{verb}ed", f"{verb}ed", f"{verb}ing"


def verb_pairs(pairs: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """For "cause:prevent" and the like, both ways: base and third-person forms, and past and -ing forms."""
    present: dict[str, list[str]] = {}
    rest: dict[str, list[str]] = {}
    for pair in dict.fromkeys(pairs):
        one, other = pair.split(":")
        for left, right in ((forms(one), forms(other)), (forms(other), forms(one))):
            for at, (word, opposite) in enumerate(zip(left, right, strict=True)):
                table = present if at < 2 else rest
                if opposite not in table.setdefault(word, []):
                    table[word].append(opposite)
    return present, rest
