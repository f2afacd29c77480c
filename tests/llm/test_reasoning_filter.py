"""Of a reply its answer alone is left: no thoughts, calls of tools or tokens of a template, however it is cut up."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.llm.reasoning_filter import ReasoningFilter
from research_agent.llm.reply_marks import REFUSAL, THOUGHT, TOOL

A = "Photosynthesis turns light into chemical energy [e1]."
T = "Okay, the user wants to know about photosynthesis, so I copy.\n\nFirst [e1]."
WHOLE = re.compile(r"(?s)<think>.*?(</think>|\Z)")

THOUGHTS = {
    "a pair": f"<think>{T}</think>\n\n{A}",
    "an empty pair": f"<think>\n\n</think>\n\n{A}",
    "thinking": f"<thinking>{T}</thinking>{A}",
    "thought": f"<thought>{T}</thought>{A}",
    "reasoning": f"<reasoning>{T}</reasoning>{A}",
    "capitals": f"<THINK>{T}</Think>{A}",
    "attributes": f'<think type="deep" n=1>{T}</think >{A}',
    "with a prefix": f"<seed:think>{T}</seed:think>{A}",
    "longer names": f"<thinking_process>{T}</thinking_process>{A}",
    "two names": f"<think>{T}</thinking>{A}",
    "square": f"[THINK]{T}[/THINK]{A}",
    "triangles": f"◁think▷{T}◁/think▷{A}",
    "another script": f"〈思考〉{T}〈/思考〉{A}",
    "another script's tag": f"<思考过程>{T}</思考过程>{A}",
    "a word that we do not know": f"<мысль_вслух>{T}</мысль_вслух>{A}",
    "another language": f"<pensamiento>{T}</pensamiento>{A}",
    "details": f'<details type="reasoning" done="true"><summary>Thought</summary>{T}</details>{A}',
    "tokens": f"<|START_THINKING|>{T}<|END_THINKING|><|START_RESPONSE|>{A}<|END_RESPONSE|>",
    "tokens of thought": f"<|begin_of_thought|>{T}<|end_of_thought|><|begin_of_solution|>{A}<|end_of_solution|>",
    "two thoughts": f"<think>{T}</think>{A}<think>{T}</think>",
    "a pair and a stray end": f"<think>{T}</think>{T}</think>{A}",
    "only the end": f"{T}</think>\n\n{A}",
    "only the end, other name": f"{T}</THOUGHT>{A}",
    "only the end, square": f"{T}[/THINK]{A}",
    "only the end, triangles": f"{T}◁/think▷{A}",
    "only the end, other script": f"{T}</思考>{A}",
    "only the end, token": f"{T}<|END_THINKING|>{A}",
    "nothing but the end before it": f"</think>\n{A}",
    "nothing but the end behind it": f"{A}</think>\n",
    "an answer tag": f"<think>{T}</think><answer>{A}</answer>",
    "an answer tag alone": f"{T}<answer>{A}</answer>",
    "harmony": f"<|channel|>analysis<|message|>{T}<|end|><|start|>assistant<|channel|>final<|message|>{A}<|return|>",
    "harmony, without its end": f"<|channel|>analysis<|message|>{T}<|channel|>final<|message|>{A}",
    "harmony, begun in the prompt": f"{T}<|end|><|start|>assistant<|channel|>final<|message|>{A}",
    "harmony, commentary": f"<|channel|>commentary<|message|>{T}<|end|><|start|>assistant<|channel|>final<|message|>"
    f"{A}",
    "harmony, without its tokens": f"analysis{T}assistantfinal{A}",
    "one-sided tokens": f"<|channel>thought\n{T}<channel|>{A}<turn|>",
    "Granite, in words": f"Here is my thought process:\n{T}\nHere is my response:\n{A}",
    "a terminal's words": f"Thinking...\n{T}\n...done thinking.\n\n{A}",
    "wide brackets": f"＜think＞{T}＜/think＞{A}",
    "a box": f"<think>{T}</think>\n<|begin_of_box|>{A}<|end_of_box|>",
    "a budget": f"<seed:think>{T}<seed:cot_budget_reflect>100</seed:cot_budget_reflect></seed:think>{A}",
    "one within another": f"<think>a<think>{T}</think>b</think>{A}",
    "a response tag": f"<think>{T}</think>\n<response>\n{A}\n</response>",
    "a pair of numbers": f"<unused94>thought\n{T}<unused95>{A}",
}
TOKENS = {
    "ChatML": f"<|im_start|>assistant\n{A}<|im_end|>",
    "ChatML, went on": f"{A}<|im_end|>\n<|im_start|>user\nAnd what is chlorophyll?<|im_end|>",
    "Llama 3": f"<|start_header_id|>assistant<|end_header_id|>\n\n{A}<|eot_id|>",
    "Llama 2": f"<s>[INST] <<SYS>><</SYS>>[/INST]{A}</s>",
    "Gemma": f"<start_of_turn>model\n{A}<end_of_turn>",
    "Gemma 4": f"<|turn>model\n{A}<turn|>",
    "Phi": f"<|assistant|>\n{A}<|end|>",
    "Phi, went on": f"{A}<|end|><|user|>And what is chlorophyll?",
    "DeepSeek": f"<｜Assistant｜>{A}<｜end▁of▁sentence｜>",
    "Granite": f"<|start_of_role|>assistant<|end_of_role|>{A}<|end_of_text|>",
    "Kimi": f"<|im_assistant|>assistant<|im_middle|>{A}<|im_end|>",
    "EXAONE": f"[|assistant|]{A}[|endofturn|]",
    "GLM": f"[gMASK]<sop><|assistant|>\n{A}<|endoftext|>",
    "Llama 4": f"<|header_start|>assistant<|header_end|>\n\n{A}<|eot|>",
    "Solar": f"<|begin|>assistant<|content|>{A}<|end|>",
    "MiniMax": f"]~b]ai\n{A}[e~[",
    "Command A": f"<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_RESPONSE|><co: 0>{A}</co: 0><|END_RESPONSE|>",
    "InternLM": f"{A}<eoa>\n",
    "Baichuan": f"<reserved_107>{A}",
    "images": f"<|vision_start|><|image_pad|><|vision_end|>{A}",
    "infill": f"<|fim_middle|>{A}<|fim_pad|><|repo_name|>",
    "bytes": f"<0x0A>{A}<0x0A><pad><pad></s>",
    "cut": f"{A}<|im_en",
}
CALLS = {
    "Hermes": '<tool_call>\n{"name": "search", "arguments": {"q": "x"}}\n</tool_call>',
    "Mistral": '[TOOL_CALLS][{"name": "search", "arguments": {}}]',
    "DeepSeek's markup": '<｜DSML｜function_calls>\n<｜DSML｜invoke name="search">\n<｜DSML｜parameter name="q">'
    "x</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>",
    "Command R": '<|START_ACTION|>[{"tool_name": "x"}]<|END_ACTION|>',
    "DeepSeek, in parts": "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>x<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    "Kimi, in parts": '<|tool_calls_section_begin|><|tool_call_begin|>search:0<|tool_call_argument_begin|>{"q": 1}'
    "<|tool_call_end|><|tool_calls_section_end|>",
    "Gemma": "```tool_code\nprint(search('x'))\n```",
    "Llama": '<|python_tag|>search.call(query="x")<|eom_id|>',
    "Llama, JSON": '{"name": "search", "parameters": {"q": "x"}}',
    "function": '<function=search>{"q": "x"}</function>',
    "calls": '<function_calls><invoke name="search">x</invoke></function_calls>',
    "DeepSeek": "<｜tool▁calls▁begin｜>function<｜tool▁sep｜>search<｜tool▁calls▁end｜>",
    "Kimi": "<|tool_calls_section_begin|>functions.search:0<|tool_calls_section_end|>",
    "harmony": '<|channel|>commentary to=functions.search <|constrain|>json<|message|>{"q": "x"}<|call|>',
    "Gemma 4": "<|tool_call>call:search{q:x}<tool_call|>",
    "field": TOOL,
}
UNTOUCHED = [
    "a < b and b > c, so [e1] and [2] hold: |x| <= 3, x <y, f<T>.",
    "Use the `<think>` tag; `</think>` ends it.",
    "The <b>bold</b> and <a href='x'>link</a> of <details><summary>x</summary>y</details>.",
    'He "[thought] it was [reasoning]", says [e3].',
    "analysis of the data is final. The analysis assistant is finally here.",
    "analyses",
    "【概要】Photosynthesis 〈名〉 ◁x▷",
    "a<think",
    "ends in <",
    "",
]
WORDS = (
    "<think>|</think>|<thin|<|k>|/|answer |a thought\n|é🐳|<<think>|[THINK]|analysis|final|<思>|</思>|<answer>|{|}|`"
    "|[e1]|user\n|<<SYS|>|>>|<tool_call>|</tool_call>|assistantfinal|X|<think a='| |<0x0A>|</details>"
    "|<details type=reasoning>|\n"
)
TOKEN = ["<|", "|>", "<|channel|>", "<|message|>", "<|end|>", "<|im_start|>", "<channel|>", "<|channel>", THOUGHT]
PARTS = st.sampled_from([*WORDS.split("|"), *TOKEN])
TEXTS = st.lists(PARTS | st.text(max_size=3), max_size=14).map("".join)


def filtered(pieces: list[str], *, thinks_first: bool = False) -> tuple[str, ReasoningFilter]:
    """The answer as who reads it has it at the end, and the filter."""
    thoughts, answer = ReasoningFilter(thinks_first=thinks_first), ""
    for given_now in [*map(thoughts.feed, pieces), thoughts.end()]:
        answer = given_now.text if given_now.restarts else answer + given_now.text
    return answer, thoughts


def cut(text: str, cuts: list[int]) -> list[str]:
    places = [0, *sorted(min(place, len(text)) for place in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(places)]


@pytest.mark.parametrize("thinks_first", [False, True])
@pytest.mark.parametrize("name", THOUGHTS)
def test_thoughts_in_any_form_are_no_part_of_the_answer(name: str, thinks_first: bool) -> None:
    answer, seen = filtered(list(THOUGHTS[name]), thinks_first=thinks_first)
    assert answer.strip() == A
    assert seen.thoughts or name in {"nothing but the end before it", "nothing but the end behind it"}
    if name.startswith(("only the end", "harmony, begun")):
        assert seen.thinks_first
        assert filtered(list(THOUGHTS[name]))[0].strip() == A


@pytest.mark.parametrize(
    "name", ["<think>", "[THINK]", "◁think▷", "<思考>", "<Thought a='b'>", "analysis", "<|think|>"]
)
def test_thoughts_that_never_end_leave_nothing(name: str) -> None:
    answer, seen = filtered([name, "We", " need to copy"])
    assert (answer, seen.thoughts, seen.thinks_first) == ("", True, False)


@pytest.mark.parametrize("name", TOKENS)
def test_tokens_of_a_template_are_taken_out(name: str) -> None:
    assert filtered(list(TOKENS[name]))[0].strip() == A


@pytest.mark.parametrize("name", CALLS)
def test_the_call_of_a_tool_is_noticed_and_no_answer(name: str) -> None:
    answer, seen = filtered(list(CALLS[name]))
    assert (answer.strip(), seen.tool) == ("", True)


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert filtered([text])[0] == text
    assert filtered(list(text))[0] == text


def test_a_reply_in_json_is_no_call_of_a_tool() -> None:
    assert filtered(['{"1": ', '"yes"}'])[0] == '{"1": "yes"}'


def test_an_odd_tag_around_all_of_it_is_the_answers_own() -> None:
    assert filtered([f"<ответ>{A}</ответ>"])[0] == A


def test_fields_beside_the_text_are_noted() -> None:
    answer, seen = filtered([THOUGHT, f"{THOUGHT}Yes", f"{REFUSAL}."])
    assert (answer, seen.thoughts, seen.refused, seen.tool) == ("Yes.", True, True, False)


def test_a_model_that_is_known_to_think_first_streams_nothing_before_its_answer() -> None:
    thoughts = ReasoningFilter(thinks_first=True)
    assert [thoughts.feed(piece).text for piece in ("Okay. ", "So.", "</think>", "Yes", ".")] == [
        "",
        "",
        "",
        "Yes",
        ".",
    ]
    assert thoughts.thinks_first
    assert filtered(["No thoughts ", "at all."], thinks_first=True)[0] == "No thoughts at all."
    thoughts = ReasoningFilter(thinks_first=True)
    assert (thoughts.feed("Okay. So").text, thoughts.end(was_cut=True).text) == ("", "")
    assert (thoughts.thoughts, thoughts.thinks_first) == (True, True)


@given(TEXTS, st.lists(st.integers(0, 90), max_size=8), st.booleans())
def test_any_cutting_gives_what_the_whole_text_gives(text: str, cuts: list[int], thinks_first: bool) -> None:
    whole, seen = filtered([text], thinks_first=thinks_first)
    pieces, other = filtered(cut(text, cuts), thinks_first=thinks_first)
    assert pieces == whole
    for name in ("thoughts", "tool", "refused", "thinks_first"):
        assert getattr(seen, name) == getattr(other, name)
    assert not re.search(r"</?think>|<\|im_start\|>|\ufdd0", whole.replace("`<", "").replace("`</", ""))


@given(st.lists(st.sampled_from(["<think>", "</think>", "answer ", "é🐳", "a thought\n"]), max_size=9).map("".join))
def test_pairs_are_removed_as_by_an_expression(text: str) -> None:
    if text.count("</think>") <= len(re.findall(r"<think>(?:(?!<think>|</think>).)*</think>", text, re.DOTALL)):
        assert filtered(list(text))[0] == WHOLE.sub("", text)


@given(st.lists(st.sampled_from(["word ", "a < b ", "[e1] ", "é🐳 ", "x<y>z ", "\n"]), max_size=12).map("".join))
def test_text_comes_as_soon_as_it_cannot_be_a_tag(text: str) -> None:
    thoughts = ReasoningFilter()
    emitted = "".join(thoughts.feed(char).text for char in text)
    assert len(text) - len(emitted) < len("<think>")


def test_filtering_each_piece_by_itself_lets_thoughts_through() -> None:
    """The broken twin."""
    pieces = ["<thi", "nk>secret</think>", "answer"]
    assert "secret" in "".join(WHOLE.sub("", piece) for piece in pieces)
    assert filtered(pieces)[0] == "answer"


def test_an_expression_for_pairs_takes_thoughts_without_a_beginning_for_the_answer() -> None:
    """The broken twin."""
    assert "so I copy" in WHOLE.sub("", THOUGHTS["only the end"])


@pytest.mark.parametrize("reply", ["a <thi<|end|>nk> b", "a [THI</tool_call>NK] b", "a <thi<|im_end|>nk>"])
def test_what_stands_around_a_mark_never_becomes_one(reply: str) -> None:
    """Joined, as it would be (the naive way), it is a tag that nobody takes out any more."""
    for size in (1, 3, len(reply)):
        reader = ReasoningFilter()
        pieces = [reply[at : at + size] for at in range(0, len(reply), size)]
        text = "".join(reader.feed(piece).text for piece in pieces) + reader.end().text
        assert "<think>" not in text
        assert "[THINK]" not in text
