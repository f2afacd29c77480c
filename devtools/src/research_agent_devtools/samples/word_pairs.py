# ruff: noqa: E501
"""Tables of words: opposites, members of one class, and words that mean the same."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "CLASSES",
    "DIRECTIONS",
    "EQUALS",
    "OPPOSITE_VERBS",
    "QUALITIES",
    "SUPERLATIVES",
    "UNITS",
    "forms",
    "verb_pairs",
]

IRREGULAR = {
    line.split(":")[0]: tuple(line.split(":"))
    for line in """arise:arises:arose:arisen:arising become:becomes:became:become:becoming begin:begins:began:begun:beginning
    borrow:borrows:borrowed:borrowed:borrowing break:breaks:broke:broken:breaking build:builds:built:built:building
    buy:buys:bought:bought:buying fall:falls:fell:fallen:falling fail:fails:failed:failed:failing
    find:finds:found:found:finding forget:forgets:forgot:forgotten:forgetting forbid:forbids:forbade:forbidden:forbidding
    freeze:freezes:froze:frozen:freezing give:gives:gave:given:giving grow:grows:grew:grown:growing
    hide:hides:hid:hidden:hiding hold:holds:held:held:holding keep:keeps:kept:kept:keeping
    lead:leads:led:led:leading leave:leaves:left:left:leaving lend:lends:lent:lent:lending
    lose:loses:lost:lost:losing make:makes:made:made:making rise:rises:rose:risen:rising
    sell:sells:sold:sold:selling send:sends:sent:sent:sending show:shows:showed:shown:showing
    shrink:shrinks:shrank:shrunk:shrinking sink:sinks:sank:sunk:sinking slow:slows:slowed:slowed:slowing
    spend:spends:spent:spent:spending teach:teaches:taught:taught:teaching take:takes:took:taken:taking
    win:wins:won:won:winning withdraw:withdraws:withdrew:withdrawn:withdrawing bind:binds:bound:bound:binding
    flee:flees:fled:fled:fleeing bring:brings:brought:brought:bringing draw:draws:drew:drawn:drawing
    permit:permits:permitted:permitted:permitting admit:admits:admitted:admitted:admitting
    transmit:transmits:transmitted:transmitted:transmitting emit:emits:emitted:emitted:emitting
    expel:expels:expelled:expelled:expelling compel:compels:compelled:compelled:compelling
    repel:repels:repelled:repelled:repelling stop:stops:stopped:stopped:stopping ban:bans:banned:banned:banning
    drop:drops:dropped:dropped:dropping prefer:prefers:preferred:preferred:preferring split:splits:split:split:splitting
    swim:swims:swam:swum:swimming wither:withers:withered:withered:withering discover:discovers:discovered:discovered:discovering
    write:writes:wrote:written:writing know:knows:knew:known:knowing speak:speaks:spoke:spoken:speaking""".split()
}

OPPOSITE_VERBS = """prevent:cause increase:reduce increase:decrease raise:lower consume:produce absorb:emit win:lose attract:repel
accept:reject allow:forbid permit:prohibit support:oppose gain:lose grow:shrink expand:contract strengthen:weaken
enable:prevent begin:end start:end start:stop build:destroy create:destroy establish:dissolve enter:leave arrive:depart
ascend:descend rise:fall import:export buy:sell give:receive send:receive borrow:lend attack:defend capture:release
arrest:release join:leave unite:divide merge:split combine:separate include:exclude contain:lack possess:lack
encourage:discourage promote:hinder help:hinder improve:worsen accelerate:slow advance:retreat appear:disappear
survive:perish precede:follow succeed:fail pass:fail approve:reject confirm:deny prove:disprove reveal:conceal
show:hide expose:protect preserve:destroy protect:endanger save:waste earn:spend heat:cool warm:cool freeze:melt
evaporate:condense dissolve:crystallize activate:inhibit stimulate:suppress induce:inhibit inhibit:promote
facilitate:impede ease:aggravate relieve:worsen cure:cause treat:cause heal:injure harm:benefit damage:repair
praise:criticize honor:condemn welcome:shun embrace:reject adopt:abandon maintain:abandon retain:lose hire:dismiss
appoint:dismiss elect:oust crown:depose conquer:liberate occupy:liberate ignore:acknowledge lengthen:shorten
widen:narrow fill:empty push:pull lift:drop connect:disconnect attach:detach add:remove insert:remove encode:decode
encrypt:decrypt compress:decompress charge:discharge transmit:receive store:release secrete:absorb inhale:exhale
float:sink emerge:vanish launch:cancel publish:suppress legalize:ban obey:defy surrender:prevail invite:exclude
provide:withhold develop:abandon introduce:abolish form:dissolve require:forbid use:avoid receive:refuse
defeat:spare control:lack invent:dismiss oppose:favor criticize:defend generate:consume convert:preserve
maximize:minimize simplify:complicate clarify:obscure inspire:discourage influence:ignore recognize:overlook
demand:oppose grant:deny divide:unite replace:preserve avoid:seek resist:welcome follow:precede collapse:recover
decline:flourish flourish:decline prosper:decline stabilize:destabilize dominate:avoid specialize:dabble
refer:object employ:dismiss celebrate:condemn commemorate:ignore describe:omit recommend:discourage restrict:extend
unify:divide abolish:introduce reject:accept oppose:support lose:gain exclude:include decrease:increase
reduce:increase lower:raise lose:win weaken:strengthen shrink:grow suppress:stimulate block:enable hinder:promote""".split()

QUALITIES = """northern:southern eastern:western ancient:modern common:rare rare:common large:small small:large high:low low:high
major:minor hot:cold cold:hot warm:cool dry:wet wet:dry hard:soft strong:weak weak:strong rich:poor long:short short:long
early:late late:early domestic:wild wild:domesticated male:female female:male positive:negative negative:positive
internal:external external:internal public:private private:public natural:artificial artificial:natural urban:rural
rural:urban formal:informal legal:illegal illegal:legal visible:invisible similar:unrelated different:identical solid:liquid
liquid:solid organic:inorganic inorganic:organic parallel:perpendicular convex:concave thick:thin thin:thick wide:narrow
narrow:wide fast:slow slow:fast heavy:light bright:dim dark:light deep:shallow shallow:deep toxic:harmless poisonous:edible
edible:poisonous carnivorous:herbivorous herbivorous:carnivorous nocturnal:diurnal diurnal:nocturnal terrestrial:marine
marine:freshwater tropical:arctic deciduous:evergreen evergreen:deciduous perennial:annual annual:biennial
vertebrate:invertebrate flowering:flowerless independent:dependent popular:unpopular successful:unsuccessful
influential:obscure important:unimportant widespread:isolated popular:unpopular acute:chronic chronic:acute
maternal:paternal elder:younger younger:elder primary:secondary secondary:primary left:right horizontal:vertical
vertical:horizontal static:moving soluble:insoluble stable:unstable unstable:stable renewable:non-renewable
flexible:rigid rigid:flexible continuous:discontinuous reversible:irreversible linear:nonlinear finite:infinite infinite:finite
safe:dangerous dangerous:safe simple:complex complex:simple active:inactive extinct:living living:extinct
conservative:liberal democratic:autocratic secular:religious religious:secular Protestant:Catholic Catholic:Protestant""".split()

SUPERLATIVES = """largest:smallest smallest:largest biggest:smallest first:last last:first oldest:youngest youngest:oldest highest:lowest
lowest:highest tallest:shortest longest:shortest shortest:longest heaviest:lightest lightest:heaviest fastest:slowest
deepest:shallowest richest:poorest poorest:richest hottest:coldest coldest:hottest strongest:weakest earliest:latest
latest:earliest closest:farthest nearest:farthest northernmost:southernmost southernmost:northernmost
easternmost:westernmost westernmost:easternmost best:worst best-known:least-known greatest:least most:least least:most
larger:smaller smaller:larger bigger:smaller higher:lower lower:higher older:younger younger:older longer:shorter
shorter:longer heavier:lighter lighter:heavier faster:slower stronger:weaker weaker:stronger earlier:later later:earlier
more:less fewer:more maximum:minimum minimum:maximum third:fourth fourth:fifth fifth:sixth sixth:third seventh:eighth
second-largest:largest third-largest:largest second-most:most third-most:most second-highest:highest
third-highest:highest second-longest:longest fourth-largest:second-largest second:first first:second""".split()

DIRECTIONS = """north:south south:north east:west west:east northeast:southwest southwest:northeast northwest:southeast southeast:northwest
before:after after:before above:below below:above inside:outside outside:inside upstream:downstream upper:lower
inner:outer outer:inner front:rear ancestor:descendant descendant:ancestor predecessor:successor successor:predecessor
clockwise:anticlockwise forward:backward inward:outward outward:inward upward:downward downward:upward""".split()

CLASSES = tuple(
    tuple(line.split("/"))
    for line in """planet/star/moon/asteroid/comet/galaxy/constellation/nebula
mammal/bird/reptile/fish/amphibian/insect
mammals/birds/reptiles/fish/amphibians/insects
river/lake/mountain/volcano/desert/island/peninsula/valley/strait/bay/sea
novel/poem/film/play/opera/song/painting/short story/television series
language/dialect/script/alphabet
city/village/country/province/state/region/continent
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
instrument/tool/weapon/vehicle/garment
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

EQUALS = """United_States:USA World_War_I:the_First_World_War World_War_II:the_Second_World_War a_form_of:a_kind_of
a_kind_of:a_type_of a_large_number_of:many  a_number_of:several a_type_of:a_kind_of
a_variety_of:various a_wide_range_of:many_different  acquired:obtained additionally:also
ailment:illness almost:nearly along_with:together_with also_called:also_known_as also_known_as:also_called
although:though among:amongst amongst:among annual:yearly annually:every_year appointed:named approximately:about
approximately:around are_able_to:can are_considered:are_regarded_as are_found_in:occur_in are_not:aren't
are_one_of:are_among are_used_to:serve_to around_the_world:worldwide as_of:as_at as_well_as:and
assassinated:murdered assists:helps associated_with:linked_to at_least:no_fewer_than
at_the_beginning_of:at_the_start_of at_the_end_of:toward_the_end_of attempted:tried author:writer authored:wrote
authors:writers automobile:car automobiles:cars based_on:founded_on because_of:due_to began:started begin:start
begins:starts behavior:behaviour behaviour:behavior belongs_to:is_part_of best_known_for:most_famous_for big:large
bought:purchased built:constructed by_means_of:through can_be:is_able_to_be cannot:can_not capable_of:able_to
caused_by:brought_about_by center:centre central:key centre:center chosen:selected coastline:coast color:colour
colour:color comes_from:derives_from commenced:began commonly:typically commonly_known_as:often_called
composed_of:made_up_of comprises:consists_of concept:idea concepts:ideas concluded:ended connected_to:linked_to
consisting_of:made_up_of consists_of:comprises consists_of:is_composed_of consists_of:is_made_up_of
constructed:built contains:has contemporary:modern correct:right countries:nations covers:spans created:made
crucial:vital currently:presently defined_as:described_as demonstrated:showed demonstrates:shows denotes:refers_to
 derived_from:taken_from devised:invented did_not:didn't died:passed_away difficult:hard
displays:shows do_not:don't does_not:doesn't due_to:because_of elected:chosen enabled:allowed enables:allows
encompasses:covers ended:concluded ends:concludes enormous:huge entire:whole especially:particularly
essential:crucial established:founded eventually:in_the_end every_year:annually exhibits:shows extensively:widely
famous:well-known famous_for:known_for famously:notably fewer_than:under film_director:filmmaker finally:in_the_end
formally:officially formerly:previously found_in:present_in found_throughout:present_across founded:established
frequently:often gained:acquired gave_birth_to:bore generally:usually governed:ruled grew_up_in:was_raised_in
happens:occurs hence:therefore huge:enormous idea:concept illness:disease important:significant
in_addition_to:besides in_modern_times:today in_order_to:to in_particular:particularly
indigenous_to:native_to individuals:people inhabit:live_in inhabitants:residents inhabits:lives_in initial:first
initially:at_first invented:devised is_able_to:can is_also_known_as:is_also_called is_considered:is_regarded_as
is_found_in:occurs_in is_home_to:houses is_not:isn't is_one_of:is_among is_regarded_as:is_considered
is_used_to:serves_to known_for:famous_for known_for:noted_for large:big largely:mostly leads_to:results_in
led_to:resulted_in less_than:under linked_to:associated_with lived:resided lives:resides located:situated
made_up_of:composed_of made_up_of:comprised_of mainly:primarily manufactured:produced many:numerous
method:technique methods:techniques more_than:over mostly:mainly motion_picture:film nations:countries
native_to:indigenous_to near:close_to nearly:almost notable:noteworthy noted_for:known_for numerous:many
objective:goal obtained:acquired occurred:took_place occurs:takes_place officially:formally often:frequently
organised:organized organized:organised originally:at_first originated:arose owing_to:because_of
participated_in:took_part_in particularly:especially penned:wrote perished:died permits:allows permitted:allowed
persons:people physician:doctor physicians:doctors play_a_role_in:are_involved_in plays_a_role_in:is_involved_in
populace:population possesses:has previous:earlier primarily:mainly principal:main prior_to:before produces:makes
prominent:leading purchased:bought purpose:aim quickly:rapidly rapid:fast rapidly:quickly refers_to:denotes
refers_to:is_a_term_for regarded_as:considered regarded_as:seen_as region:area regions:areas reigned:ruled
related_to:connected_with released:issued renowned:famous required:needed requires:needs residents:inhabitants
resides:lives resulted_in:led_to results_in:leads_to  roughly:approximately ruled:governed
scientists:researchers selected:chosen served_as:acted_as served_as:worked_as serves_as:acts_as several:multiple
sickness:illness significant:important similar_to:akin_to situated:located slowly:gradually spread_to:reached
started:began subsequently:later such_as:like summit:peak taught:instructed technique:method techniques:methods
the_Soviet_Union:the_USSR the_U.S.:the_United_States the_UK:the_United_Kingdom the_US:the_United_States
the_United_Kingdom:the_UK the_United_States:the_US the_majority_of:most  therefore:thus
though:although throughout:across throughout_the_world:worldwide thus:therefore tiny:very_small today:nowadays
took_part_in:participated_in took_place:occurred traditionally:by_tradition type:kind types:kinds
typically:commonly ultimately:in_the_end upon:on used_as:employed_as used_for:employed_for
usually:generally utilised:used utilized:used utilizes:uses vital:essential was_able_to:could was_awarded:received
 was_considered:was_regarded_as was_not:wasn't was_one_of:was_among was_raised_in:grew_up_in
wealthy:rich wed:married well-known:famous whereas:while  whilst:while widely:broadly within:inside
worldwide:around_the_world wrote:authored""".split()
"""Pairs that may stand for each other in most sentences; an underscore is a space."""


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
