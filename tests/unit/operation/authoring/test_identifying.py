"""Questions that ask who somebody is, how old exactly, or where exactly they live, and those that do not."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from tests.builders import a_question, text
from tests.unit.operation.authoring.found import FIRST, bilingual, found_in, found_with, written


@pytest.mark.parametrize("id_", ["birth_date", "workplace", "your_name", "phone", "email", "name", "passport_2"])
def test_an_id_that_hints_at_a_person_is_warned_of(id_: str) -> None:
    assert found_with(written("Which?", id=id_)) == [(FIRST, "identifying", "warning")]


@pytest.mark.parametrize("id_", ["home_town", "city", "postcode", "district_2"])
def test_an_id_that_hints_at_a_small_place_is_warned_of(id_: str) -> None:
    assert found_with(written("Which?", id=id_)) == [(FIRST, "fine_geography", "warning")]


WHO = """
Name|Your name:|1. Name|What is your name?|What’s your name|YOUR NAME, please|Full name (optional)|Your phone
Phone number|Address|What is your address?|Please write your email|When were you born?|Which year were you born?
Employer
Who is your employer?
Namn|Vad heter du?|Vad är ditt namn?|Din telefon|Ditt telefonnummer|Adress|Din adress|När är du född?
Födelsedatum|E-post
Navn|Hva heter du?|Hva er navnet ditt?|Telefonen din|Adressen din|Hva er ditt etternavn?|Når ble du født?|Fødselsdato
Nimi|Mikä on nimesi?|Puhelin|Puhelinnumerosi|Osoite|Mikä on osoitteesi?|Milloin olet syntynyt?|Syntymäaika|Sähköposti
Nafn|Hvað heitir þú?|Sími|Síminn þinn|Heimilisfang|Hvenær fæddist þú?|Fæðingardagur|Kennitala|Hvert er netfang þitt?
الاسم|ما اسمك؟|اسمكِ الكامل|هاتفك|رقم الهاتف|ما رقم هاتفك؟|العنوان|ما هو عنوانك؟|تاريخ الميلاد|متى ولدت؟
بريدك الإلكتروني
Where do you work?|Where do you mostly work?|Where are you working now?|Which club do you work at?
What is your WhatsApp number?|Your Telegram name|Instagram|Username|Your Signal user name, please
Var arbetar du?|Var jobbar du?|Var någonstans jobbar du?|Vad är ditt WhatsApp-nummer?|Ditt Telegramnamn|Användarnamn
Hvor jobber du?|Hvor arbeider du mest?|Hva er WhatsApp-nummeret ditt?|Telegram-navnet ditt|Brukernavn
Missä työskentelet?|Missä olet töissä?|Missä teet töitä?|WhatsApp-numerosi|Mikä on Telegram-nimesi?|Käyttäjänimi
Hvar vinnur þú?|Hvar vinnurðu?|Hvar starfar þú?|WhatsApp-númerið þitt|Hvert er Telegram-nafnið þitt?|Notandanafn
أين تعمل؟|أين تعملين؟|أين تشتغل؟|ما رقم واتساب؟|رقم الواتساب|حسابك على تلغرام|اسم المستخدم
"""
WHERE = """
Where do you live?|Where are you living now?|Which town do you live in?|Postcode|City
Var bor du?|Vilken kommun bor du i?|Vilken stad bor du i?|Bostadsort
Hvor bor du?|Hvilken bydel bor du i?|Hvilken kommune bor du i?
Missä asut?|Missä kunnassa asut?|Mistä kunnasta?|Asuinkunta|Kotipaikka
Hvar býrðu?|Hvar átt þú heima?|Hvaða póstnúmer er þitt?|Sveitarfélag
أين تسكن؟|أين تعيشين؟|في أي مدينة تسكن؟|مكان السكن|مدينتك
Which street do you work on?|Postal code|What is your postal code?|The name of your street
Kvarter|Vilket kvarter bor du i?|Vilken gata arbetar du på?|Postort|Förort
Hvilken gate jobber du i?|Nabolag|Gatenavn
Millä kadulla työskentelet?|Asuinalue|Kadun nimi
Á hvaða götu vinnur þú?|Götuheiti|Borgarhluti
في أي شارع تعمل؟|اسم الشارع|الحي الذي تسكن فيه
"""
AGED = """
How old are you?|Age|Your age|What is your age?|Age in years
Hur gammal är du?|Ålder|Vad är din ålder?
Hvor gammel er du?|Alder|Alderen din
Kuinka vanha olet?|Ikä|Ikäsi|Minkä ikäinen olet?
Hvað ertu gömul/gamall?|Aldur|Aldur þinn
كم عمرك؟|العمر|السن
"""
NOBODY = """
How was your last year?|Who met you, a stranger or a friend?|Name one thing you would change.
How old should one be to vote?|Has anyone shared your phone with the police?
Do you know the name of your caseworker?|How should we address you?
Would you like news by email or by post?|Which country do you live in?|In which country were you born?
Which age group are you in?|Is it safe where you live?|Does your employer pay you on time?
How does communication work?|Do people your age get help?
Vad hade du kunnat göra annorlunda?|Hur fungerar kommunikationen?|Vilka problem borde vi adressera?
I vilket land är du född?|Känner du dig trygg på arbetsplatsen?|Nämn en sak du vill ändra|I vilket land bor du?
Hur gamla är dina barn?
Hvordan fungerer kommunikasjonen?|I hvilket land er du født?|Nevn én ting du vil endre|Har du tatt fødselspermisjon?
Missä maassa asut?|Missä maassa olet syntynyt?|Nimeä yksi asia|Onko työpaikkasi turvallinen?|Kuinka usein kuntoilet?
Í hvaða landi býrð þú?|Nefndu eitt atriði|Er vinnustaðurinn öruggur?|Tókstu fæðingarorlof?
Is it safe where you work?|In which country do you work?|How many hours do you work?|What do you work on?
Do you use WhatsApp?|Has your Instagram account been closed?|Which apps do you use?|Who works on the street?
Hur ofta jobbar du?|I vilket land arbetar du?|Var finns stöd?|Känner du dig trygg på gatan?|Hur många kvartal?
Hvor mye jobber du?|Hvor ofte jobber du?|I hvilket land jobber du?|Hvor får du hjelp?|Er gaten trygg?
Missä maassa työskentelet?|Missä saat apua?|Miten työskentelet?|Onko kadulla turvallista?
Í hvaða landi vinnur þú?|Hvernig vinnur þú?|Hvar færðu hjálp?|Er gatan örugg?
في أي بلد تعمل؟|كيف تعمل؟|هل الشارع آمن؟|أين تطلب المساعدة؟
في أي بلد تعيش؟|اذكر شيئًا واحدًا|ما اسم القانون الذي يضرك؟|هل أنت على قيد الحياة؟
"""


def each(wordings: str) -> list[str]:
    return wordings.strip().replace("\n", "|").split("|")


@pytest.mark.parametrize("label", each(WHO))
def test_a_question_after_a_person_is_warned_of_in_the_languages_of_the_first_surveys(label: str) -> None:
    assert found_with(written(label)) == [(FIRST, "identifying", "warning")]


@pytest.mark.parametrize("label", each(WHERE))
def test_a_question_after_a_small_place_is_warned_of_in_the_languages_of_the_first_surveys(label: str) -> None:
    assert found_with(written(label)) == [(FIRST, "fine_geography", "warning")]


@pytest.mark.parametrize("label", each(AGED))
def test_a_question_after_an_exact_age_is_warned_of_in_the_languages_of_the_first_surveys(label: str) -> None:
    assert found_with(written(label)) == [(FIRST, "identifying", "warning")]


@pytest.mark.parametrize("label", each(NOBODY))
def test_a_question_that_everybody_answers_alike_passes(label: str) -> None:
    found = [problem for problem in found_with(written(label)) if problem[1] != "support_missing"]
    assert found == []


def test_letters_that_are_put_together_otherwise_are_the_same() -> None:
    assert found_with(written(unicodedata.normalize("NFD", "När är du född?"))) == [(FIRST, "identifying", "warning")]
    assert found_with(written("ما اِسْمُكَ؟")) == [(FIRST, "identifying", "warning")]


def aged(*limits: int, **changes: Any) -> dict[str, Any]:
    labels = ["young", "older", "old", "oldest"]
    bands = [{"code": f"b{index}", "label": text(labels[index]), "below": limit} for index, limit in enumerate(limits)]
    bands.append({"code": "rest", "label": text("rest")})
    return a_question("number", label=text("How old are you?"), most=120, bands=bands) | changes


@pytest.mark.parametrize(
    ("limits", "is_fine"), [((18, 22), True), ((18, 23), False), ((18, 30, 65), False), ((4,), True), ((117,), True)]
)
def test_an_age_is_asked_for_in_bands_of_five_years(limits: tuple[int, ...], is_fine: bool) -> None:
    assert found_with(aged(*limits)) == ([(FIRST, "identifying", "warning")] if is_fine else [])


def test_an_age_without_bands_is_exact_though_the_policy_allows_it() -> None:
    assert found_with(aged(bands=[]), policy="exact") == [(FIRST, "identifying", "warning")]
    assert found_with(aged(bands=[], label=text("How many?"), id="age"), policy="exact") != []
    assert found_with(aged(bands=[], label=text("How many?")), policy="exact") == []


@pytest.mark.parametrize("kind", ["yes_no", "scale", "matrix", "ranking", "consent", "note", "section"])
def test_an_answer_in_our_own_words_tells_nobody_s_name(kind: str) -> None:
    question = a_question(kind, id="name", label=text("Name"))
    assert found_with(question, a_question("yes_no", id="other")) == []


def test_a_hint_of_a_second_language_counts_as_well() -> None:
    document = bilingual(written("When?", label=text("When?", sv="Vilket personnummer har du?")))
    assert (FIRST, "identifying", "warning") in found_in(document)
