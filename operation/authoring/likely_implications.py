"""Questions that look as if one settled the other: their author is asked, since print might tell small counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from chalicelib.locale import general
from chalicelib.questionnaire.definition import Definition, Hidden, Number, Question, Questionnaire, YesNo, options_of
from chalicelib.questionnaire.routing import conditions_of
from chalicelib.questionnaire.visible_text import as_read
from operation.authoring.crosstab_rules import GROUPS
from operation.authoring.implication_rules import family_of
from operation.authoring.meanings import words_of
from operation.authoring.places import QUESTIONS
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity

#: Shorter words say little of what a question is about, nor do those that this many labels have.
SHORTEST_WORD, MANY_LABELS = 4, 4
#: So many options in common are no chance.
SHARED_OPTIONS = 2
#: Options that any list may have.
_ANYWHERE = frozenset({"other", "another", "none", "nothing", "unknown", "not_sure", "rather_not_say", "no_answer"})
#: Words of that length that any question may have, by language.
COMMON: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "about after again answer answers anybody anything been before best better could days ever every feel"
        " from give given have hours know last like long make many month months more most much need often only"
        " other over part past people rather some than that their them there these they thing things think"
        " this those time times today want week weeks were what when where which will with within would year"
        " years your yours",
        "sv": "alla andra antal bara behöver brukar dagar dessa detta dina ditt efter eller flera från färre före"
        " gäller gärna gång gånger göra hade hela helst hurdan ibland inom inte kanske lite länge mest mycket"
        " månad månaden månader många någon någonsin något några ofta olika sedan senaste skulle svar timmar"
        " tycker under vara vecka veckan veckor vilka vilken vilket vill åren året över",
        "nb": "alle andre antall bare bruker dager denne dere dine disse ditt eller etter flere fleste gang ganger"
        " gjøre hadde hele helst hvilke hvilken hvilket hvor hvordan ikke innen kanskje lenge litt mange mener"
        " mest mye måned måneden måneder noe noen noensinne ofte over siden siste skulle svar timer uke uken"
        " uker under ville være årene året",
        "fi": "aikana ajan ehkä enemmän eniten ennen että haluaisit haluat jonkin joskus jotain kaikki kanssa"
        " kerran kertaa koskaan koskee koskevat kuin kuinka kuukauden kuukautta mielestäsi mikä missä mitkä"
        " mitä moni monta muuta olet oletko olisi onko paljon pitäisi sinulla sinulle sinun tuntia tuntuu tämä"
        " useammin usein vain vastauksesi vastaus viikkoa viikon viime viimeksi vuoden vuosi vuotta vähän",
        "is": "aldrei allir annað dagar eftir einhver einhverjar einhverjir ekki eru fleiri frá fyrir gera hafa"
        " hefur hefurðu helst hvað hvaða hvenær hver hverjir hverju hvernig hversu kannski langar lengi marga"
        " margar margir mest mikið myndir mánuð mánuði mánuðum oft oftar sinnum svar svör svörin síðan síðasta"
        " síðustu telur tíma undanfarið verið viku vikur vilt yfir ykkar ári árum þeirra þetta þinn þinna"
        " þinni þitt þín",
        "ar": "أحيانا أسابيع أسبوع أكثر أيام أين إجاباتك إجابتك الآن الأخير الأخيرة التي الذي الماضي الماضية بعد"
        " تريد تعتقد حول خلال ساعات ساعة سنة سنوات شهر شهور عادة عدد عندك غالبا كانت كثيرا لديك ماذا مرات هناك"
        " يكون",
    }.items()
}


@dataclass(frozen=True)
class _Asked:
    """A question that everybody is asked, where it stands, and the words that say what it is about."""

    position: int
    question: Question
    words: frozenset[str]


def likely_implications(definition: Definition) -> Iterator[DefinitionProblem]:
    """A warning for each two questions of which one seems to settle the other, and that say nothing of each other."""
    if definition.settings.policy != "protected":
        return
    bound = [
        (question.id, each.earlier) for question in definition.questionnaire.questions for each in question.implies
    ]
    for earlier, later in combinations(_asked(definition.questionnaire), 2):
        yaml = _shared_options(earlier, later) or _shared_words(earlier, later)
        if yaml and earlier.question.id not in family_of(later.question.id, bound):
            message = (
                f"Does the answer tell something of the one to “{earlier.question.id}”? Then say so, or the numbers of"
                f" both can tell small counts: {yaml} (docs/authors.md). If it does not, leave this as it is."
            )
            place = QUESTIONS / later.position
            yield DefinitionProblem(place, ProblemCode.MAY_IMPLY, message, Severity.WARNING)


def _asked(questionnaire: Questionnaire) -> list[_Asked]:
    conditions, language = conditions_of(questionnaire), questionnaire.first_language
    words = [_words(question.label.get(language, ""), language) for question in questionnaire.questions]
    telling = {word for each in words for word in each if sum(word in other for other in words) < MANY_LABELS}
    return [
        _Asked(position, question, words[position] & telling)
        for position, question in enumerate(questionnaire.questions)
        if question.kind in GROUPS and not conditions[question.id]
    ]


def _words(label: str, language: str) -> frozenset[str]:
    """The words that tell; none in languages of which we do not know those that do not."""
    common = COMMON.get(general(language))
    words = words_of(label) if common is not None else []
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD and word not in (common or ()))


def _shared_words(earlier: _Asked, later: _Asked) -> str | None:
    """Of a yes or no and a question about the same thing: what could be said of them."""
    kinds = [type(earlier.question), type(later.question)]
    if YesNo not in kinds or not earlier.words or not later.words:
        return None
    if Number in kinds and earlier.words & later.words:
        return _of_number(earlier.question, later.question)
    if earlier.words <= later.words or later.words <= earlier.words:
        return _implies((later.question.id, "equals: …"), (earlier.question.id, "equals: …"))
    return None


def _of_number(earlier: Question, later: Question) -> str:
    whether, number = ("equals: yes", "equals: no"), ("at_least: 1", "at_most: 0")
    when, then = (number, whether) if isinstance(later, Number) else (whether, number)
    pairs = zip(when, then, strict=True)
    return _implies(*(each for one, other in pairs for each in ((later.id, one), (earlier.id, other))))


def _shared_options(earlier: _Asked, later: _Asked) -> str | None:
    """Of a list and what came with the link: what could be said of them if several options are the same."""
    if isinstance(earlier.question, Hidden) == isinstance(later.question, Hidden):
        return None
    before, after = (_named(each.question) for each in (earlier, later))
    shared = [(before[name], after[name]) for name in before if name in after]
    if len(set(shared)) < SHARED_OPTIONS:
        return None
    one, other = shared[0]
    return _implies((later.question.id, f"equals: {other}"), (earlier.question.id, f"equals: {one}"))


def _named(question: Question) -> dict[str, str]:
    """The options of ``question`` by code and by label."""
    telling = [option for option in options_of(question) if option.code not in _ANYWHERE]
    labels = {as_read(label): option.code for option in telling for label in option.label.values()}
    return labels | {option.code: option.code for option in telling}


def _implies(*comparisons: tuple[str, str]) -> str:
    trees = [f"{{question: {name}, {says}}}" for name, says in comparisons]
    pairs = zip(trees[::2], trees[1::2], strict=True)
    return f"implies: [{', '.join(f'{{when: {when}, then: {then}}}' for when, then in pairs)}]"
