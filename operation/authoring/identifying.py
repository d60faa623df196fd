"""Wordings that ask who somebody is, how old exactly, or for a place small enough to find one in.

In the languages of the first surveys. What asks for it wherever it stands is looked for in the whole wording, from the
beginning of a word on, so that inflected forms are met as well. What may be said of anything ("a stranger knew my
name", "name one thing") has to be the whole question: an opening such as "what is", then "your", then the thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chalicelib.questionnaire.visible_text import as_read


class Phrases(NamedTuple):
    """Of one language, as regular expressions: what is met ``anywhere``, and ``things`` that are the whole question."""

    anywhere: str
    things: str = ""


#: By language, how a question opens before the thing that it asks for, and what may stand behind that.
_OPENINGS: Mapping[str, tuple[str, str]] = {
    "en": (r"(what('s| is| are)|which is|who is|(please )?(give|write|enter|state|tell us)) |your |the |my ", "please"),
    "sv": (r"(vad|vilken|vilket|vilka|vem) är |skriv |ange |uppge |fyll i |din |ditt |dina ", ""),
    "nb": (r"(hva|hvilken|hvilket|hvem) er |skriv |oppgi |fyll inn |din |ditt |dine ", "din|ditt|dine"),
    "fi": (r"(mikä|mitkä|kuka) (on|ovat) |kirjoita |anna |kerro |sinun |oma ", ""),
    "is": (r"(hvað|hver|hvert) er |skrifaðu |skráðu |gefðu upp ", "þinn|þitt|þín"),
    "ar": (r"(ما|من)( هو| هي)? |يرجي (كتابه|ذكر) |اكتبي? |اذكري? ", ""),
}

#: Where people have a name or a number to be found by; with it, the whole question ("Your Telegram name").
_APPS = "whats ?app|telegram|signal|instagram|facebook|messenger|snapchat|tiktok|viber|discord|onlyfans"

_PERSON: Mapping[str, Phrases] = {
    "en": Phrases(
        r"birth ?(day|date)|(date|year|place) of birth|(when|where) were you born|(year|date|day|place) you were born"
        r"|(what|which) year were you born|(full|first|last|family) name|surname|your name|what are you called"
        r"|(home|street|postal|mailing|your|e-?mail) address(?! book)|(phone|mobile|cell) number|telephone number"
        r"|passport number|personal (identity )?number|social security|who do you work for"
        r"|(name of|which|what is|who is) (your )?(employer|workplace)|where (do|did|are) you (\w+ )?work"
        r"|(what|which) (company|agency|club|venue|hotel|salon|brothel) do you work",
        r"names?|nickname|address|e-?mail|phone|telephone|mobile|contact (details|information)|passport|employer"
        rf"|workplace|place of work|user ?name|({_APPS})( (user ?)?(name|number|account|handle|profile))?",
    ),
    "sv": Phrases(
        r"vad heter du|(när|var|vilket år) (är|blev) du född|födelse(dag|datum|år|ort)|personnummer|(efter|för)namn"
        r"|ditt namn|fullständigt? namn|hemadress|(e-post|mejl|mail)adress|din adress|(telefon|mobil|pass)nummer"
        r"|vem är din arbetsgivare|(vilken|namnet på din) arbetsplats|va(r|rt) (någonstans )?(arbetar|jobbar) du",
        r"namn|smeknamn|(post)?adress|e-?post|mejl|telefon|mobil|kontaktuppgifter|pass|arbetsgivare|arbetsplats"
        rf"|användarnamn|({_APPS})([ -]?((användar)?namn|nummer|konto|profil))?",
    ),
    "nb": Phrases(
        r"hva heter du|(når|hvor|hvilket år) (er|ble) du født|fødsels(dag|dato|år|nummer|sted)|personnummer"
        r"|(etter|for)navn|navnet ditt|ditt navn|fullt navn|(hjemme|bosteds|e-?post)adresse|adressen din|din adresse"
        r"|(telefon|mobil|pass)nummer|hvem er arbeidsgiveren din|(hvilken|navnet på) arbeidsplass"
        r"|hvor (jobber|arbeider) du",
        r"navn(et)?|(post)?adresse(n)?|e-?post(en)?|telefon(en)?|mobil(en)?|kontaktinformasjon|pass(et)?"
        r"|arbeidsgiver(en)?|arbeidsplass(en)?|brukernavn(et)?"
        rf"|({_APPS})([ -]?((bruker)?navn(et)?|nummer(et)?|konto(en)?|profil(en)?))?",
    ),
    "fi": Phrases(
        r"henkilötunnu|(suku|etu)nim|koko nim|nime(si|nne)\b|syntymä(ai|aj|päiv|vuo|pai)"
        r"|(milloin|missä|minä vuonna) (olet )?synty|osoit(tee)?(si|nne)\b|osoittees|(koti|sähköposti)osoit"
        r"|puhelinnumero|passi(n )?numero|kenellä olet töissä"
        r"|missä (sinä )?(työskentelet|olet töissä|teet töitä|käyt töissä)",
        r"nimi|osoite|sähköposti(si)?|puhelin|puhelimesi|yhteystiedot(si)?|passi(si)?|työnantaja(si)?|työpaikka(si)?"
        rf"|(käyttäjä)?nimesi|käyttäjänimi|({_APPS})([ -]?((käyttäjä)?(nimi|nimesi)|numero(si)?|tili(si)?))?",
    ),
    "is": Phrases(
        r"hvað heit(ir þú|irðu)|(hvenær|hvar) (fæddist|ertu fædd|ert þú fædd)|fæðingar(dag|ár|stað)|kennit(ala|ölu)"
        r"|fullt nafn|nafn(ið)? þitt|heimilisfang|netfang|símanúmer|vegabréfsnúmer|hver er vinnuveitand"
        r"|hvar (vinnur( þú|ðu)|starfar( þú|ðu)|ertu að vinna)",
        r"(for|eftir)?nafn(ið)?|tölvupóstur(inn)?|sími(nn)?|vegabréf(ið)?|vinnuveitandi(nn)?|vinnustaður(inn)?"
        rf"|notandanafn(ið)?|({_APPS})([ -]?((notanda)?nafn(ið)?|númer(ið)?|reikningur(inn)?))?",
    ),
    "ar": Phrases(
        r"اسم(ك|كم)\b|(تاريخ|سنه|عام|يوم|مكان|محل) (ال)?(ميلاد|ولاده)|ميلادك|(متي|اين) (ولدت|ولدتم)|عنوانك"
        r"|عنوان (ال)?(سكن|منزل|بيت|بريد)|بريدك|(رقم|ارقام) (ال)?(هاتف|جوال|موبايل|هويه|جواز)"
        r"|(رقمك|الرقم) (الشخصي|الوطني)|جواز سفرك|(صاحب|مكان|جهه) عملك|رب عملك|اين (تعمل|تشتغل)"
        r"|(رقم|حساب)ك? ((علي|في) )?(ال)?(واتس ?اب|تلغرام|تيليغرام|تيليجرام|انستغرام|فيسبوك|سيغنال)|اسم (ال)?مستخدم",
        r"(ال)?اسم( الكامل| الاول| الاخير)?|(ال)?عنوان|(ال)?هاتفك?|(ال)?جوالك?|(ال)?بريد الالكتروني|(ال)?ايميلك?"
        r"|جواز السفر|صاحب العمل|مكان العمل",
    ),
}
_PLACE: Mapping[str, Phrases] = {
    "en": Phrases(
        r"town|city|village|municipality|district|neighbou?rhood|suburb|(postal|post|zip) ?code|street name"
        r"|(what|which|name of your) street|place of residence|where (do|are) you (live|living)"
    ),
    "sv": Phrases(
        r"kommun(?!i[kcs])|stadsdel|postnummer|vilken (stad|ort|by)\b|bostadsort|hemort|va(r|rt) (någonstans )?bor du"
        r"|var är du bosatt|kvarter(et)?\b|(vilken|vilka) gat(a|or)|gatunamn|postort|förort|vilket bostadsområde"
    ),
    "nb": Phrases(r"bydel|hvilken (by|gate)\b|gatenavn|nabolag|poststed|tettsted|bosted|hvor (bor du|er du bosatt)"),
    "fi": Phrases(
        r"kunta|kunna(n|ssa|sta)\b|kaupun(ki|gi)|kylä|postinumero|(koti|asuin)(kun|pai|kaup|alue)|missä (sinä )?asut"
        r"|millä kadulla|mikä katu|minkä kadun|kadun nimi|lähiö"
    ),
    "is": Phrases(
        r"sveitarfélag|bæjarfélag|póstnúmer|hverfi|búseta|hvar (býrð|áttu heima|átt þú heima)|hvaða göt|götuheiti"
        r"|(borgar|bæjar)hlut"
    ),
    "ar": Phrases(
        r"اين (تسكن|تعيش|تقيم)|مكان (ال)?(سكن|اقام)|اي (مدينه|قريه|بلديه|حي)\b|(مدينت|قريت|بلديت)ك|الرمز البريدي"
        r"|المدينه التي|اي شارع|اسم (ال)?شارع|الحي الذي"
    ),
}
_AGE: Mapping[str, Phrases] = {
    "en": Phrases(r"how old are you|your (exact|current) age\b|age in years", r"age"),
    "sv": Phrases(r"hur gam(mal|la) är (du|ni)|din ålder", r"ålder"),
    "nb": Phrases(r"hvor gam(mel|le) er (du|dere)|din alder|alderen din", r"alder"),
    "fi": Phrases(r"(kuinka|miten) vanha (sinä )?olet|minkä ikäi|ikäsi\b", r"ikä"),
    "is": Phrases(r"(hvað|hversu) (ert(u| þú) )?gam(all|alt)|(hvað|hversu) (ert(u| þú) )?gömul|aldur þinn", r"aldur"),
    "ar": Phrases(r"عمرك", r"(ال)?عمر|السن"),
}


class Subject:
    """Something that a question may ask for, by the words that it is asked with."""

    def __init__(self, words: Mapping[str, Phrases]) -> None:
        self._anywhere = re.compile(rf"\b({'|'.join(each.anywhere for each in words.values())})")
        whole = (_whole(language, each.things) for language, each in words.items() if each.things)
        self._whole = re.compile("|".join(whole) or r"(?!)")

    def is_asked_in(self, labels: Iterable[str]) -> bool:
        """Whether a question with one of ``labels`` asks for it."""
        folded = map(_folded, labels)
        return any(self._anywhere.search(label) or self._whole.fullmatch(_bare(label)) for label in folded)


def _whole(language: str, things: str) -> str:
    openings, endings = _OPENINGS[language]
    return rf"({openings})*({things})( ({endings}))?"


def _folded(label: str) -> str:
    """``label`` in small letters; of Arabic without vowel signs, and letters that many write alike made one."""
    text = as_read(label).replace("’", "'")
    return _VOWELS.sub("", text).translate(_ALIKE)


_VOWELS = re.compile("[\u0640\u064b-\u065f\u0670]")
_ALIKE = str.maketrans("أإآىة", "ااايه")


def _bare(label: str) -> str:
    """``label`` without brackets and what stands in them, punctuation, and the number that it begins with."""
    words = re.sub(r"[^\w'-]+", " ", re.sub(r"\([^)]*\)", " ", label))
    return re.sub(r"^\s*\d+\s", " ", words).strip()


#: Languages that each of them has words of.
KNOWN_LANGUAGES = _PERSON.keys() & _PLACE.keys() & _AGE.keys() & _OPENINGS.keys()
#: What tells a person: a name, an address, a number, a birth date, an employer.
PERSON = Subject(_PERSON)
#: Where exactly somebody lives.
SMALL_PLACE = Subject(_PLACE)
AGE = Subject(_AGE)
