"""Tables of words that may stand for each other, and of wider words for narrower ones; an underscore is a space."""

from __future__ import annotations

__all__ = ["EQUALS", "WIDER"]


def _pairs(text: str) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for pair in text.split():
        word, other = pair.replace("_", " ").split(":")
        table.setdefault(word, []).append(other)
    return table


EQUALS = _pairs("""
United_States:USA World_War_I:the_First_World_War World_War_II:the_Second_World_War a_form_of:a_kind_of
a_kind_of:a_type_of a_large_number_of:many a_number_of:several a_type_of:a_kind_of a_variety_of:various
a_wide_range_of:many_different ability:capacity abolished:did_away_with absorbs:takes_in
accompanied_by:together_with accounts_for:makes_up acquired:obtained across:throughout additionally:also
adjacent_to:next_to advantage:benefit advantages:benefits affected:influenced affects:influences ageing:aging
aging:ageing ailment:illness aimed_at:directed_at almost:nearly along_with:together_with alongside:together_with
also_called:also_known_as also_known_as:also_called although:though among:amongst amongst:among amount:quantity
amounts:quantities annual:yearly annually:every_year appears_in:features_in appointed:named approximately:about
approximately:around approximately:roughly are_able_to:can are_called:are_known_as
are_considered:are_regarded_as are_derived_from:come_from are_found_in:occur_in are_known_as:are_called
are_made_of:consist_of are_not:aren't are_one_of:are_among are_used_to:serve_to around_the_world:worldwide
as_of:as_at as_well_as:and assassinated:murdered assembled:put_together assists:helps associated_with:linked_to
at_least:no_fewer_than at_the_beginning_of:at_the_start_of at_the_end_of:toward_the_end_of attained:reached
attempted:tried author:writer authored:wrote authors:writers automobile:car automobiles:cars based_on:founded_on
because_of:due_to began:started began_in:started_in began_to:started_to begin:start begins:starts
behavior:behaviour behaviour:behavior belongs_to:is_part_of best_known_for:most_famous_for big:large
biggest:largest bought:purchased built:constructed by_means_of:through can_be:is_able_to_be cannot:can_not
capable_of:able_to carried_out:performed carries_out:performs categorized_as:classified_as
caused_by:brought_about_by center:centre central:key centre:center chosen:selected classified_as:categorized_as
coastline:coast collaborated_with:worked_with color:colour colour:color comes_from:derives_from commenced:began
commonly:typically commonly_known_as:often_called completed:finished completely:entirely composed_of:made_up_of
comprises:consists_of comprising:consisting_of concept:idea concepts:ideas concerned_with:focused_on
concluded:ended conducted:carried_out connected_to:linked_to considerable:substantial consisting_of:made_up_of
consists_of:comprises consists_of:is_composed_of consists_of:is_made_up_of constitute:make_up
constitutes:makes_up constructed:built contains:has contemporary:modern converts:turns correct:right
countries:nations covering_an_area_of:with_an_area_of covers:spans covers_an_area_of:has_an_area_of created:made
crops:x crucial:vital currently:presently dedicated_to:devoted_to defined_as:described_as demonstrated:showed
demonstrates:shows denotes:refers_to depicting:showing depicts:shows derived_from:taken_from devised:invented
devoted_to:dedicated_to did_not:didn't died:passed_away difficult:hard displays:shows
distinct_from:different_from do_not:don't does_not:doesn't due_to:because_of dwell_in:live_in elected:chosen
employs:uses enabled:allowed enables:allows encompasses:covers ended:concluded ends:concludes enlarged:expanded
enormous:huge ensures:guarantees entire:whole entirely:completely erected:built especially:particularly
essential:crucial established:founded eventually:in_the_end every_year:annually evolved_from:developed_from
examines:studies exhibits:shows extending:stretching extends:stretches extensively:widely famous:well-known
famous_for:known_for famously:notably fastest-growing:most_rapidly_growing feed_on:eat feeds_on:eats
fewer_than:under film_director:filmmaker finally:in_the_end finished:completed focused_on:centred_on
focuses_on:concentrates_on for_example:for_instance for_instance:for_example formally:officially
formerly:previously found_in:present_in found_throughout:present_across founded:established frequently:often
from_the_beginning:from_the_start gained:acquired gathered:collected gave_birth_to:bore generally:usually
governed:ruled grew_up_in:was_raised_in guarded:protected had_a_population_of:was_home_to happens:occurs
has_a_population_of:is_home_to has_an_area_of:covers has_been_used:has_served has_been_used_as:has_served_as
have_been_used:have_served hazardous:dangerous helped:aided helps:aids hence:therefore hired:employed
huge:enormous idea:concept illness:disease immediately:at_once important:significant in_addition_to:besides
in_contrast_to:unlike in_general:generally in_modern_times:today in_order_to:to in_particular:particularly
in_total:altogether includes_the:comprises_the incorporated_into:made_part_of indigenous_to:native_to
individuals:people inhabit:live_in inhabitants:residents inhabits:lives_in initial:first initially:at_first
injured:wounded intended_for:meant_for intended_to:meant_to invented:devised involved_in:engaged_in
involves:entails is_a_part_of:belongs_to is_able_to:can is_also_known_as:is_also_called
is_an_example_of:exemplifies is_called:is_known_as is_considered:is_regarded_as is_derived_from:comes_from
is_found_in:occurs_in is_home_to:houses is_known_as:is_called is_located_in:can_be_found_in
is_located_in:lies_in is_located_on:lies_on is_made_from:is_produced_from is_made_of:consists_of
is_named_after:takes_its_name_from is_not:isn't is_one_of:is_among is_part_of:belongs_to
is_regarded_as:is_considered is_situated_in:is_located_in is_the_science_of:studies is_the_study_of:studies
is_used_to:serves_to known_for:famous_for known_for:noted_for large:big large_number_of:great_number_of
largely:mostly largest:biggest later_became:went_on_to_become leads_to:results_in led_to:resulted_in
legislation:laws less_than:under limited_to:restricted_to linked_to:associated_with linked_with:connected_with
lived:resided lives:resides located:situated made_from:made_out_of made_up_of:composed_of
made_up_of:comprised_of mainly:primarily mainly_in:chiefly_in majority_of:greater_part_of makes_up:accounts_for
manufactured:produced many:numerous meaning:signifying method:technique methods:techniques more_than:over
mostly:mainly motion_picture:film moved_to:relocated_to nations:countries native_to:indigenous_to near:close_to
nearby:neighbouring nearly:almost necessary:needed notable:noteworthy noted_for:known_for numerous:many
numerous_other:many_other objective:goal observed:seen obtain:get obtained:acquired occupies:takes_up
occurred:took_place occurs:takes_place of_about:of_roughly of_approximately:of_around officially:formally
often:frequently opposed_to:against organised:organized organized:organised originally:at_first
originated_in:had_its_origin_in originates_from:comes_from originating_in:coming_from outside_of:outside
owing_to:because_of participants:those_taking_part participated_in:took_part_in particularly:especially
passed_away:died penned:wrote performs:carries_out perished:died permits:allows permitted:allowed persons:people
physician:doctor physicians:doctors play_a_role_in:are_involved_in played_a_key_role_in:was_central_to
plays_a_role_in:is_involved_in populace:population possess:have possesses:has prevent:stop prevents:stops
previous:earlier primarily:mainly principal:main principally:mainly prior_to:before produces:makes
prohibited:forbidden prohibits:forbids prominent:leading protects:guards purchased:bought purchased_by:bought_by
purpose:aim quickly:rapidly range_of:variety_of rapid:fast rapidly:quickly reached:attained
received_the:was_awarded_the recognised:recognized recognized:recognised refers_to:denotes
refers_to:is_a_term_for regarded_as:considered regarded_as:seen_as regarding:concerning region:area
regions:areas reigned:ruled related_to:connected_with released:issued released_in:came_out_in renowned:famous
replaced_by:superseded_by required:needed requires:needs resemble:look_like resembles:looks_like
residents:inhabitants resides:lives resigned:stepped_down restricted_to:limited_to resulted_in:led_to
results_in:leads_to roughly:approximately ruled:governed scholars:academics scientists:researchers
selected:chosen serious:severe served_as:acted_as served_as:worked_as serves_as:acts_as set_up:established
several:multiple severe:serious shared_by:common_to sickness:illness significant:important similar_to:akin_to
situated:located slowly:gradually some_of_the_most:x sometimes:at_times spans:stretches_across spread_to:reached
started:began stated:said strengthened:reinforced subsequently:later succeeded_by:followed_by such_as:like
sufficient:enough summit:peak surrounded_by:encircled_by takes_its_name_from:is_named_after takes_place:happens
taught:instructed technique:method techniques:methods terminated:ended the_Soviet_Union:the_USSR
the_U.S.:the_United_States the_UK:the_United_Kingdom the_US:the_United_States the_United_Kingdom:the_UK
the_United_States:the_US the_capital_and_largest_city:both_the_capital_and_the_largest_city the_majority_of:most
therefore:thus though:although throughout:across throughout_the_world:worldwide thus:therefore tiny:very_small
today:nowadays took_part_in:participated_in took_place:occurred traditionally:by_tradition transported:carried
transports:carries traveled:travelled travelled:traveled type:kind types:kinds typically:commonly
ultimately:in_the_end under_the_leadership_of:led_by under_the_rule_of:ruled_by upon:on used_as:employed_as
used_by:employed_by used_for:employed_for used_in:employed_in used_to_describe:applied_to usually:generally
utilised:used utilized:used utilizes:uses variety_of:range_of vast:huge victory_over:defeat_of
visible_to_the_naked_eye:visible_without_a_telescope vital:essential was_able_to:could was_able_to:managed_to
was_appointed:became was_awarded:received was_called:was_known_as was_considered:was_regarded_as
was_created:was_made was_established:was_founded was_founded:was_established was_named_after:took_its_name_from
was_not:wasn't was_one_of:was_among was_published:came_out was_raised_in:grew_up_in wealthy:rich wed:married
well-known:famous were_killed:lost_their_lives where_it_is:x whereas:while whilst:while widely:broadly
with_a_population_of:home_to with_the_help_of:using within:inside worked_as:was_employed_as
worldwide:around_the_world wounded:injured written_by:authored_by wrote:authored
""")
"""Words and phrases of about the same meaning in most sentences; one way only where the other way is not safe."""

WIDER = _pairs("""
physicist:scientist chemist:scientist biologist:scientist botanist:scientist geologist:scientist
astronomer:scientist zoologist:scientist novelist:writer poet:writer playwright:writer essayist:writer
journalist:writer dramatist:writer painter:artist sculptor:artist violinist:musician pianist:musician
guitarist:musician cellist:musician saxophonist:musician dog:animal horse:animal sheep:animal goat:animal
bird:animal birds:animals mammal:animal mammals:animals reptile:animal reptiles:animals insect:animal
insects:animals fish:animal amphibian:animal amphibians:animals tree:plant trees:plants shrub:plant
shrubs:plants herb:plant oak:tree flower:plant grass:plant guitar:instrument violin:instrument piano:instrument
trumpet:instrument flute:instrument gold:metal iron:metal novel:book novels:books opera:work sonata:work
symphony:work footballer:athlete boxer:athlete swimmer:athlete sprinter:athlete gymnast:athlete
tennis_player:athlete basketball_player:athlete lake:body_of_water sea:body_of_water river:waterway
president:head_of_state king:ruler emperor:ruler queen:ruler sultan:ruler tsar:ruler car:vehicle truck:vehicle
bicycle:vehicle bus:vehicle sword:weapon rifle:weapon pistol:weapon dagger:weapon influenza:disease
malaria:disease cholera:disease tuberculosis:disease metropolis:city capital_city:city
""")
"""Classes, and a class that holds each."""
