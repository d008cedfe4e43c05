"""The words that stand above columns: in Dutch and English, and in the exports of Outlook, Google and EspoCRM."""

from enum import StrEnum


class Meaning(StrEnum):
    """What a column holds. IGNORED columns are shown and left out."""

    ORGANISATION = "organisation"
    DEPARTMENT = "department"
    SECTOR = "sector"
    NAME = "name"
    TITLES = "titles"
    GIVEN = "given"
    INFIX = "infix"
    FAMILY = "family"
    ROLE = "role"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    HOUSE_NUMBER = "house_number"
    POSTCODE = "postcode"
    CITY = "city"
    REGION = "region"
    WEBSITE = "website"
    KVK = "kvk"
    LANGUAGE = "language"
    THEMES = "themes"
    STATUS = "status"
    INVITED = "invited"
    LEFT = "left"
    CONFIRMED = "confirmed"
    REMARKS = "remarks"
    IGNORED = "ignored"


SEVERAL = frozenset({Meaning.EMAIL, Meaning.PHONE, Meaning.REMARKS, Meaning.THEMES, Meaning.IGNORED})
"""Meanings that more than one column may have."""


HEADERS: dict[Meaning, str] = {
    Meaning.ORGANISATION: """
        organisatie, organisaties, naam organisatie, organisatienaam, instelling, naam instelling, instantie,
        bedrijf, bedrijfsnaam, werkgever, partner, partnerorganisatie, netwerkpartner, stichting, vereniging, org,
        account, account naam, account name, company, company name, organisation, organization, organisation name,
        organization name, organization 1 name, employer, agency, relatie, naam relatie, lid, deelnemende
        organisatie, naam partij, partij
    """,
    Meaning.DEPARTMENT: """
        afdeling, team, locatie, vestiging, onderdeel, dienst, department, unit, branch, organization department,
        organization 1 department, afdeling team, dienst afdeling
    """,
    Meaning.SECTOR: """
        soort, sector, type, soort organisatie, type organisatie, categorie, branche, categories, kind, industry,
        organisation type, organization type, werkveld, aard
    """,
    Meaning.NAME: """
        naam, contactpersoon, contact, contactpersonen, naam contactpersoon, volledige naam, persoon, deelnemer,
        naam deelnemer, name, full name, contact person, contact name, display name, weergavenaam, wie, genodigde,
        voor en achternaam, achternaam voornaam, voornaam achternaam, naam medewerker, medewerker, contactnaam, file
        as, voornaam en achternaam, naam en voornaam, naam en functie, naam functie, nickname
    """,
    Meaning.TITLES: """
        titel, aanhef, titels, title, salutation, salutation name, name prefix, prefix, titulatuur, m v, dhr mw
    """,
    Meaning.GIVEN: """
        voornaam, voornamen, roepnaam, voorletters, initialen, first name, given name, forename, first, voorn
    """,
    Meaning.INFIX: """
        tussenv, tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, tv, tussen, tussenvoegs, vv, middle name,
        infix, additional name, tussennaam
    """,
    Meaning.FAMILY: """
        achternaam, familienaam, surname, last name, family name, lastname, achtern, last, naam achternaam
    """,
    Meaning.ROLE: """
        functie, rol, functie rol, beroep, job title, jobtitle, position, role, functietitel, function, organization
        title, organization 1 title, account title, werkzaam als, functieomschrijving, functie titel, job
    """,
    Meaning.EMAIL: """
        e mail, email, mail, e mailadres, emailadres, mailadres, email adres, e mail adres, e mailadressen, e mail
        address, email address, mail adres, e mail 1 value, e mail 2 value, e mail 3 value, email 2, e mail 2, e
        mail 2 address, e mail 3 address, emailaddress, e mail werk, email werk, work email, adres e mail,
        mailadressen, primary email, primair e mailadres, tweede e mail, e mail prive, secundair e mailadres,
        contact email
    """,
    Meaning.PHONE: """
        tel, telefoon, tel nr, telnr, telefoonnummer, telefoonnr, mobiel, gsm, tel mobiel, mobiel nummer,
        mobielnummer, 06, 06 nummer, telefoon mobiel, telefoon werk, telefoon vast, vast, vast nummer, phone, phone
        number, mobile, telephone, business phone, business phone 2, mobile phone, company main phone, other phone,
        phone 1 value, phone 2 value, work phone, nummer, tel werk, tel vast, doorkiesnummer, home phone, primary
        phone, telefoonnummers, tel nummer
    """,
    Meaning.STREET: """
        straat, adres, straatnaam, bezoekadres, adresregel, postadres, straat en huisnummer, straat huisnummer,
        adres 1, address, street, street address, business street, address 1 street, billing address street, address
        1 formatted, straat nr, straat en nr, straat nummer
    """,
    Meaning.HOUSE_NUMBER: """
        huisnummer, huisnr, nr, hnr, house number, huisnummer toevoeging
    """,
    Meaning.POSTCODE: """
        postcode, pc, zip, zipcode, zip code, postal code, business postal code, post code, address 1 postal code,
        billing address postal code, postcode bezoekadres
    """,
    Meaning.CITY: """
        plaats, woonplaats, stad, plaatsnaam, gemeente, vestigingsplaats, city, town, business city, address 1 city,
        billing address city, locatie plaats, regio plaats
    """,
    Meaning.REGION: """
        regio, regio bsoo, bsoo regio, regio overleg, overlegregio, region, bsoo region
    """,
    Meaning.WEBSITE: """
        website, site, webadres, url, web, internet, homepage, web page, website 1 value, internetadres, webpagina
    """,
    Meaning.KVK: """
        kvk, kvk nummer, kvknummer, kvk nr, kamer van koophandel, chamber of commerce
    """,
    Meaning.LANGUAGE: """
        taal, voorkeurstaal, language, spreekt, taal mail, voertaal, correspondentietaal
    """,
    Meaning.THEMES: """
        thema, themas, thema s, onderwerpen, onderwerp, doelgroep thema, aandachtsgebied, aandachtsgebieden, theme,
        themes, topics, tags, werkgebied, expertise, interesse, interesses, thema onderwerp, labels, specialisatie,
        doelgroep themas
    """,
    Meaning.INVITED: """
        uitnodigen, uitnodigen bsoo, bsoo, bsoo j n, bsoo ja nee, uitnodiging, uitgenodigd, uitnodigen ja nee,
        uitnodigen j n, invite, invited, genodigd, op de lijst, mailing, uitnodigen overleg, wil uitnodiging, bsoo
        uitnodigen, aanwezig bsoo, ontvangt uitnodiging, uitn, uitn bsoo, bsoo lijst, mailinglijst, overleg
    """,
    Meaning.STATUS: """
        neemt deel als, lidmaatschap, soort lid, type lid, lidstatus, status lid, lid of gast, lid gast, soort
        deelnemer, soort deelname, takes part as, membership, membership status, member status, member type
    """,
    Meaning.LEFT: """
        uit dienst, vertrokken, uit dienst per, datum uit dienst, einddatum, left, left on, end date, inactief,
        vertrokken per, vertrokken op, uitdienst, niet meer actief
    """,
    Meaning.CONFIRMED: """
        laatst gecontr, laatst gecontroleerd, gecontroleerd, bevestigd, laatst bevestigd, bijgewerkt, laatst
        bijgewerkt, gecontroleerd op, datum controle, checked, last checked, verified, last verified, bevestigd op,
        gechecked, laatste update, laatste controle, datum bijgewerkt, up to date op, last confirmed
    """,
    Meaning.REMARKS: """
        opmerkingen, opmerking, opm, notities, notitie, bijzonderheden, toelichting, remarks, notes, comments,
        comment, memo, overig, status, description, omschrijving, let op, opmerkingen intern, aantekeningen
    """,
    Meaning.IGNORED: """
        id, nr lijst, volgnummer, volgnr, created at, modified at, aangemaakt, gewijzigd, created by, photo,
        birthday, verjaardag, geboortedatum, gender, geslacht, land, country, provincie, state, fax, business fax
    """,
}
"""Lower case without accents and signs, separated by commas."""
