"""Words of questions that may hurt whom they are asked: violence, police, custody, suicide; and who did it.

In the languages of the first surveys, from the beginning of a word on, so that inflected forms are met too. Where
words are joined, what may stand in front is part of the pattern ("partnervåld"). All languages are looked for at once:
no word may mean something harmless in another of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from operation.authoring.identifying import Phrases, Subject

_HURTING: Mapping[str, Phrases] = {
    "en": Phrases(
        r"violen(t|ce)|abus(e|ed|ive|er)|assault|rap(e|ed|ist|ing)\b|threat|beat(en)? (you|up)"
        r"|(hit|hurt|attack(ed)?) you|stalk|traffick|police|arrest|detain|detention|prison|jail|custody|deport|suicid"
        r"|harass|beaten\b|tortur|murder|forced (you|to have) sex|forced sex"
        r"|self[- ](harm|injur)|harm(ed)? yourself|(end|take|ended|taken) your (own )?life|kill(ed|ing)? yourself"
    ),
    "sv": Phrases(
        r"\w*våld|misshand|\w*övergrepp|hot(ad|at|ade|elser|elsen|et)\b|hot (mot|om)|(döds|mord)hot|slagit dig|slog dig"
        r"|förfölj|trakasser|tort[ey]r|mörda|människohandel|(gräns|civil)?polis(?!h)|grip(en|its)\b|anhåll|häkt(ad|e|et|ning)"
        r"|frihetsberöv|fängelse|vårdnad|omhändert|utvis|självmord|suicid|självskad|skad(a|at) dig själv"
        r"|ta(git)? (ditt liv|livet av dig)"
    ),
    "nb": Phrases(
        r"(?!innvold|frivold)\w*vold(?!gift|sgift)|mishand|\w*overgrep|truet|trussel|trusler|slått deg|slo deg|forfulgt"
        r"|trakasser|tortur|menneskehandel|politi(\b|et|mann|menn|folk|kvinne|stasjon|anmeld|kontroll|razzia)|pågrep|varetekt|frihetsberøv|fengsel"
        r"|foreldreansvar|omsorgsrett|barnevern|selvmord|selvskad|skad(e|et) deg selv"
        r"|ta(tt)? (ditt eget liv|livet av deg)"
    ),
    "fi": Phrases(
        r"\w*väkival|pahoinpi|raiska|hyväksikäy|ahdist(el|eli)|uhka(il|us|at)|vaino|lyö(nyt|tiin)|löi(vät)? sinua"
        r"|häirin[tn]|kidut|ihmiskaup|\w*poliis|pidät(e|ys|ett)|vangi|vankil|vankeu|säilöö|huoltaju|huostaan|karkot|käännyt(y|et)"
        r"|itsemurh|itsetuho|vahingoit(t|it|tan)|riistä\w* henk"
    ),
    "is": Phrases(
        r"\w*ofbeld|misnotk|misþyrm|nauðg|hót(un|an|að|ana)|\w*árás|\w*áreit|umsátur|pynting|sló þig|mansal|\w*lögregl"
        r"|handt(ek|ök)|gæsluvarð|varðhald|fangels|forsjá|forræð|brottvís|sjálfsv[ií]g|sjálfsmorð"
        r"|sjálfsskað|skað(a|að) (þig|sjálf)"
    ),
    "ar": Phrases(
        r"[وف]?[بلك]?(ال|لل)?(عنف|عنيف|اعتداء|اغتصاب|تحرش|تهديد|ضرب|تعنيف|ملاحقه|اتجار|شرطه|شرطي|اعتقال|احتجاز|توقيف"
        r"|سجين|سجناء|مسجون|معتقل|محتجز|تعذيب|قتل|سجن|سجون|حبس|حضانه|ترحيل|انتحار)"
        r"|هدد(ك|وك)|ضرب(ك|وك)|ايذاء (ال)?نفس|اعتقل"
    ),
}

_PERPETRATOR: Mapping[str, Phrases] = {
    "en": Phrases(
        r"who (did|has done|hurt|hit|attack|assault|threat|rap|abus|robb?|was it|were they|is (he|she))|by whom"
        r"|(name|describe|description of) (the |your )?(man|woman|person|client|partner)|perpetrat|offender|attacker"
        r"|abuser"
    ),
    "sv": Phrases(
        r"vem (var det|som|gjorde|har gjort|slog|har slagit|skad|hota|utsat|våld|råna)|av vem|gärnings(man|män|person)"
        r"|förövar|beskriv (personen|mannen|kunden|den som)"
    ),
    "nb": Phrases(
        r"hvem (var det|som|gjorde|har gjort|slo|har slått|skad|true|ran|voldt)|av hvem|gjernings(mann|menn|person)"
        r"|overgriper|voldsutøver|beskriv (personen|mannen|kunden|den som)"
    ),
    "fi": Phrases(
        r"kuka (se oli|sen teki|teki|löi|uhka|satutti|ryösti|raiska|on tehnyt)|kenen (toimesta|tekem)|väkivallan ?tekij"
        r"|tekijän|kuvaile (tekijä|miestä|asiakasta|henkilöä)"
    ),
    "is": Phrases(
        r"hver (var það|gerði|hefur gert|sló|meiddi|hótaði|nauðgaði|rændi)|af hverjum|gerand|árásarm[aö]|ofbeldism[aö]"
        r"|lýstu (manninum|viðskiptavininum|manneskjunni)"
    ),
    "ar": Phrases(
        r"من (الذي )?(فعل|ضرب|هدد|اعتدي|اذي|سرق|اغتصب)|من هو (الفاعل|الجاني)|(ال)?معتدي|(ال)?جاني"
        r"|هويه (ال)?(فاعل|معتدي)"
    ),
}

#: Languages that it has words of.
KNOWN_LANGUAGES = _HURTING.keys() & _PERPETRATOR.keys()
#: Violence, threats, police, custody of persons and of children, suicide.
HURTING = Subject(_HURTING)
#: Who did it: what an answer in words could tell of one person.
PERPETRATOR = Subject(_PERPETRATOR)
