"""
Stop words of each language: those of its grammar, and those that ask. Case-folded, without accents.

They are the lists by which content words are told from others, and by which the language of a question is told.
"""

from __future__ import annotations

from research_agent.text.scripts import without_accents

__all__ = ["STOP_WORDS", "STOP_WORDS_OF"]

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing down during each either else ever every few for from further had has have having he
    her here hers herself him himself his how i if in into is it its itself just let like many may me might more most
    much must my myself no nor not now of off on once one only or other ought our ours out over own per please same
    shall she should so some such tell than that the their theirs them themselves then there these they this those
    through to too under until up upon us very was we were what whatever when where whether which while who whom
    whose why will with would yes yet you your yours explain describe give show know mean means main define""".split()
)
"""Those of English, and a few words that only frame a question."""

_LISTS = {
    "ar": """ما ماذا من متي اين كيف لماذا كم هل اي ايه في علي الي عن مع هو هي هم هذا هذه ذلك تلك التي الذي الذين
        كان كانت يكون تكون ان او و ثم لا لم لن ليس قد عند بين بعد قبل كل بعض غير حتي اذا لكن عدد يسمي تسمي""",
    "de": """der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren wird
        werden wurde wurden hat haben hatte hatten kann konnen was wer wen wem wessen wann wo wohin woher warum
        wieso weshalb wie welche welcher welches welchen welchem viel viele in im an am auf aus bei beim mit
        nach von vom zu zum zur fur uber unter um durch ohne gegen zwischen es er sie ihr ihre ihren sein seine
        seinen ich wir nicht auch als so nur noch schon dass wenn ob man sich mir uns heisst bedeutet gibt""",
    "es": """el la los las lo un una unos unas y e o u de del al a en con por para sin sobre entre desde hasta
        que quien quienes cual cuales cuando donde adonde como cuanto cuanta cuantos cuantas porque es son era
        eran fue fueron ser esta estan estaba este esto estos estas ese esa eso hay ha han habia se su sus le
        les me mi tu si no ni mas muy ya tambien pero significa llama""",
    "fi": """ja tai on oli ovat olivat ollut ei mika mita mitka kuka ketka kenen milloin koska missa mista mihin miten
        miksi kuinka montako monta paljon mina sina han se ne me he tama taman etta kun jos niin myos vain joka
        jonka jotka millainen minka mikali onko oliko""",
    "fr": """le la les l un une des du de d et ou a au aux en dans par pour sur sous avec sans entre vers chez
        depuis que qu qui quoi dont quel quelle quels quelles quand comment pourquoi combien est sont etait
        etaient etre ont avait fut furent il elle ils elles on je j tu nous vous ce c cet cette ces se s son sa
        ses leur leurs ne n pas plus y si mais aussi cela ca m t jusqu lorsqu puisqu appelle signifie""",
    "id": """yang dan di ke dari untuk pada adalah ialah dengan oleh dalam itu ini apa apakah siapa siapakah
        kapan kapankah mana manakah dimana dimanakah bagaimana bagaimanakah mengapa berapa berapakah tidak atau
        juga akan sebagai dapat bisa ada telah sudah bukan saya dia ia mereka kita""",
    "it": """il lo la i gli le l un uno una e ed o di del dello della dei degli delle d a ad al allo alla ai
        agli alle da dal dalla dai dagli dalle in nel nello nella nei negli nelle con per su sul sulla sui tra
        fra che chi cosa cui quale quali qual quando dove come perche quanto quanta quanti quante sono era erano
        essere ha hanno aveva fu furono si suo sua suoi non piu ma anche questo questa questi queste dell nell
        all dall sull dov com cos significa chiama""",
    "ja": """何 誰 名 的 何時 何年 何人 何処 何故 何語""",
    "ko": """인가 는가 했는 니까 언제 어디 누구 무엇 얼마 하는 되었 었는 나요 가요 하였 있는 은무 한가 였는 엇인
        디인 구인 제인 입니 디입 엇입""",
    "nl": """de het een en of van in op te aan met voor door bij uit naar om over onder tegen tussen tot
        zonder is zijn was waren wordt worden werd werden heeft hebben had hadden kan wie wat wanneer waar
        waarom hoe hoeveel welk welke wiens hij zij ze ik je u we wij hun haar hem deze dit dat die niet geen
        ook als er maar dan heet betekent""",
    "pl": """i w we z ze na do o od po za przez dla przy pod nad jest sa byl byla bylo byli byc ma co kto kogo
        kiedy gdzie jak jaki jaka jakie ktory ktora ktore ile dlaczego czy nie sie to ten ta te jego jej ich
        oraz lub ale""",
    "pt": """o a os as um uma uns umas e ou de do da dos das em no na nos nas ao aos por pelo pela para com sem
        sobre entre desde ate que quem qual quais quando onde aonde como quanto quanta quantos quantas porque
        sao era eram foi foram ser esta estao este esse essa isso isto ha tem se seu sua seus suas lhe me nao
        nem mais muito ja tambem mas significa chama""",
    "ru": """и в во на с со к ко по за из у о об от до для при над под без через между не ни но а или что кто
        кого кому кем чем чего где куда откуда когда как какой какая какое какие какого каком каким почему зачем
        сколько чей чья был была было были быть есть это этот эта эти тот та те он она оно они его ее их же ли
        бы так также который которая которое которые называется является""",
    "sv": """och att det den de en ett i pa av for med till fran om under over mellan ar var vara blev har hade
        kan vad vem vilka vilken vilket nar hur manga mycket varfor som han hon sig sin sitt sina inte eller men
        ocksa heter""",
    "sw": """ya wa na kwa ni la za cha vya katika je nini nani lini wapi gani ngapi vipi kwanini ambaye ambayo
        hii huo yake wake hiyo huyu au pia ilikuwa alikuwa ina kuwa""",
    "tr": """ve veya ile bir bu su o icin mi mu midir nedir ne neden nasil nerede neresi neresidir nereye kim
        kimdir kimin hangi hangisi hangisidir kac kactir kadar zaman olan olarak gibi en de da icinde uzerinde
        degil var""",
    "zh": """的 是 了 在 有 什 么 什么 麼 什麼 谁 誰 吗 嗎 呢 哪 几 幾 何 和 与 與 及 被 由 于 於 之 为 為 个 個
        多少 如何 怎么 怎麼 哪里 哪裡 哪个 哪些 为什 為什""",
}

STOP_WORDS_OF = {"en": STOP_WORDS, **{lang: frozenset(without_accents(text).split()) for lang, text in _LISTS.items()}}
"""Stop words by language code; a language that is not there has those of English."""
