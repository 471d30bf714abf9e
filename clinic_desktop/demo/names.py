"""Fictional people for the demo clinic: no name, number or birth date is anyone's on purpose.

Telephone numbers lie in 555-0100 to 555-0199, which is kept for fiction.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Final


class Sex(StrEnum):
    """As asked at intake."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True, kw_only=True)
class FictionalPerson:
    """One invented patient. ``phone`` is in E.164 form (``+13145550142``)."""

    first_name: str
    last_name: str
    phone: str
    dob: date
    sex: Sex


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Given and family names are kept together by background, so that a drawn name sounds like one
# person's; now and then (a marriage, a second generation) they are mixed.
_FEMALE: Final = (
    _words(
        "Abigail Alice Allison Amanda Amy Andrea Angela Ann Audrey Barbara Beth Beverly Brenda "
        "Brooke Caroline Carol Catherine Charlotte Christine Claire Colleen Cynthia Deborah "
        "Diane Donna Dorothy Eleanor Elizabeth Ellen Emily Emma Erin Frances Gail Grace Hannah "
        "Heather Helen Holly Irene Jane Janet Jean Jennifer Jill Joan Judith Julia Karen "
        "Katherine Kathleen Kelly Kimberly Laura Leah Linda Lois Lori Lucy Margaret Marilyn "
        "Martha Mary Megan Melissa Meredith Molly Nancy Natalie Norma Olivia Pamela Patricia "
        "Paula Peggy Phyllis Rachel Rebecca Rose Ruth Sally Sandra Sarah Sharon Shirley "
        "Stephanie Susan Sylvia Teresa Tracy Vera Vivian Wendy"
    ),
    _words(
        "Alicia Aaliyah Bernice Candace Charlene Danielle Darlene Denise Ebony Ernestine "
        "Felicia Gloria Imani Jasmine Keisha Kiara Latoya Lorraine Monique Nia Renee Simone "
        "Tamika Tanya Tiara Vanessa Yolanda Yvonne Zora"
    ),
    _words(
        "Adriana Ana Beatriz Camila Carmen Claudia Dolores Elena Esperanza Gabriela Guadalupe "
        "Isabel Juana Leticia Lucia Luz Marisol Mercedes Paloma Pilar Rocio Rosa Silvia Sofia "
        "Valentina Ximena Yesenia"
    ),
    _words("Aiko Anh Grace Hana Hui Hyun Jia Kim Lan Linh Mai Mei Min Ngoc Soo Thuy Xin Yan Yuki"),
    _words(
        "Aditi Anjali Asha Deepa Divya Farah Kavita Lakshmi Meera Nadia Nisha Pooja Priya Sunita"
    ),
    _words("Amina Aylin Dina Fatima Hala Layla Leila Mariam Noor Rania Samira Yasmin Zainab Zehra"),
    _words(
        "Agnieszka Alma Amra Azra Daria Elvira Emina Ewa Halina Irena Jasna Katarzyna Lejla "
        "Ludmila Magdalena Marta Mirela Nina Oksana Olena Selma Svetlana Tatiana Vesna Zofia"
    ),
)
_MALE: Final = (
    _words(
        "Aaron Adam Alan Albert Andrew Arthur Benjamin Bradley Brian Bruce Carl Charles "
        "Christopher Clifford Craig Daniel David Dennis Donald Douglas Earl Edward Eric Ernest "
        "Ethan Eugene Francis Frank Frederick Gary George Gerald Gordon Gregory Harold Harvey "
        "Henry Howard Jack Jacob James Jason Jeffrey Jerome Joel John Jonathan Joseph Keith "
        "Kenneth Kevin Lawrence Leonard Louis Mark Martin Matthew Michael Nathan Neil Nicholas "
        "Norman Oliver Patrick Paul Peter Philip Ralph Raymond Richard Robert Roger Ronald "
        "Russell Ryan Samuel Scott Stanley Stephen Steven Stuart Theodore Thomas Timothy Todd "
        "Vincent Walter Warren Wayne William"
    ),
    _words(
        "Andre Antoine Cedric Clarence Cornell Curtis Darnell Darius Demetrius Desmond Elijah "
        "Isaiah Jamal Jermaine Leroy Malik Marcus Marvin Maurice Otis Quincy Reginald Roderick "
        "Terrence Terrell Tyrone Willis Xavier"
    ),
    _words(
        "Alejandro Andres Antonio Arturo Carlos Cesar Diego Eduardo Emilio Enrique Felipe "
        "Fernando Hector Ignacio Javier Jorge Jose Juan Luis Manuel Mateo Miguel Oscar Pablo "
        "Rafael Ramon Raul Ricardo Salvador Santiago"
    ),
    _words(
        "Bao Chen Daniel Duc Hao Hiro Huy Jin Kenji Khanh Lei Long Minh Quan Sung Tao Thanh Wei"
    ),
    _words(
        "Amit Anil Arjun Deepak Harish Imran Karan Nikhil Rahul Rajesh Ravi Sanjay Sunil Vikram"
    ),
    _words("Ahmed Ali Amir Bilal Emre Hassan Ibrahim Karim Khalid Mehmet Omar Rami Tariq Yusuf"),
    _words(
        "Adnan Aleksandar Andrzej Bogdan Damir Dmitri Emir Igor Ivan Jakub Jan Kenan Marek "
        "Mirza Nikola Oleg Pavel Piotr Stefan Tomasz Viktor Vladimir Zlatan"
    ),
)
_FAMILY: Final = (
    _words(
        "Abbott Albers Allen Anderson Atkins Bailey Baker Barnes Barrett Bauer Becker Bell "
        "Bennett Berger Bishop Boyd Brandt Brennan Burke Burns Byrne Callahan Campbell Carlson "
        "Carroll Clark Collins Connolly Cook Cooper Dietrich Dolan Donovan Doyle Edwards Ellis "
        "Engel Evans Fischer Fitzgerald Flynn Foley Fox Freeman Gallagher Gibson Gorman Graham "
        "Gruber Haas Hansen Hartmann Hayes Heller Henderson Hoffman Holt Horn Hughes Hunt "
        "Jensen Kaiser Keane Kelly Kennedy Kern Klein Koch Kramer Krause Lang Larson Lehmann "
        "Lindgren Lynch Mackey Maguire Mayer McBride McCarthy McKenna Meyer Miller Moran "
        "Mueller Murphy Nash Nelson Nolan Nyberg Olson Palmer Peterson Pfeiffer Phelan Quinn "
        "Rausch Reed Reilly Richter Roth Ryan Sander Schaefer Schmidt Schneider Schroeder "
        "Schultz Shea Simmons Steiner Stone Sullivan Swanson Thompson Vogel Wagner Walsh Ward "
        "Weber Werner Winkler Wolf Young Ziegler Zimmerman"
    ),
    _words(
        "Banks Battle Booker Braxton Bridges Brooks Bryant Coleman Cotton Dorsey Drayton "
        "Fields Gaines Gibbs Glover Grant Greene Hairston Hampton Harris Hawkins Jefferson "
        "Jenkins Johnson Jones Lacy Mayfield Mosley Pettway Randolph Rivers Robinson Sims "
        "Tubman Vance Washington Watkins Wheatley Whitfield Williams"
    ),
    _words(
        "Acosta Aguilar Alvarado Avila Cabrera Campos Castillo Chavez Cordero Cruz Delgado "
        "Diaz Dominguez Escobar Espinoza Fuentes Garcia Gomez Guerrero Gutierrez Herrera "
        "Jimenez Lopez Maldonado Marquez Medina Mendoza Morales Navarro Nunez Ortega Padilla "
        "Pena Ramirez Reyes Rios Rivera Rojas Salazar Sandoval Santos Serrano Soto Torres "
        "Trujillo Vargas Vega Zamora"
    ),
    _words(
        "Cao Chang Chen Choi Dang Do Fong Han Hoang Huang Ito Kang Kim Kwon Lam Le Lee Li Lim "
        "Lin Liu Luong Nakamura Ng Nguyen Park Pham Phan Sato Shin Song Tanaka Tran Truong Vo "
        "Vu Wang Watanabe Wong Wu Yang Yoon Zhang Zhao"
    ),
    _words(
        "Agarwal Ahmed Bhatt Chopra Das Desai Gupta Iyer Joshi Kapoor Khan Kumar Malhotra "
        "Mehta Menon Mishra Nair Naidu Patel Pillai Rao Reddy Shah Sharma Siddiqui Singh "
        "Srinivasan Verma"
    ),
    _words(
        "Abbas Aziz Demir Farouk Ghanem Haddad Hakimi Hamdan Hussein Ibrahim Jaber Karimi "
        "Khalil Khoury Mansour Nasser Osman Qasim Rahimi Saleh Sayegh Shahin Tahan Yilmaz Zaman"
    ),
    _words(
        "Begic Bielak Delic Dudek Hadzic Halilovic Hodzic Ivanov Kaczmarek Kovac Kowalski "
        "Kozak Kuznetsov Lewandowski Markovic Mazur Melnyk Nowak Omerovic Petrov Popovic "
        "Romanenko Sikora Sokolov Suljic Topic Wojcik Zielinski"
    ),
)
_SHARES: Final = (48, 18, 13, 8, 5, 4, 4)
"""Of a hundred people, how many have each background."""
_MIXED: Final = 0.07
_AREA_CODES: Final = ("314", "636")
_NUMBERS_PER_AREA: Final = 100
_FIRST_DOB: Final = date(1936, 1, 1)
_LAST_DOB: Final = date(2010, 12, 31)


def fictional_people(seed: int, n: int) -> list[FictionalPerson]:
    """``n`` people, the same for one seed whatever the platform or hash seed.

    The first ``k`` of a longer list are the shorter list. No two of the first 20,000 share both
    names and birth date; telephone numbers repeat after 200 people, as the range has no more.

    Args:
        seed: chooses the people.
        n: how many, 0 or more.

    Raises:
        ValueError: ``n`` is negative.
    """
    if n < 0:
        raise ValueError("the number of people cannot be negative")
    rng = Random(f"{seed}/people")
    numbers = [
        f"+1{area}555{100 + line:04d}" for area in _AREA_CODES for line in range(_NUMBERS_PER_AREA)
    ]
    rng.shuffle(numbers)
    people: list[FictionalPerson] = []
    seen: set[tuple[str, str, date]] = set()
    while len(people) < n:
        person = _person(rng, numbers[len(people) % len(numbers)])
        key = (person.first_name, person.last_name, person.dob)
        if key not in seen:
            seen.add(key)
            people.append(person)
    return people


def _person(rng: Random, phone: str) -> FictionalPerson:
    backgrounds = range(len(_SHARES))
    background = rng.choices(backgrounds, _SHARES)[0]
    sex = Sex.FEMALE if rng.random() < 0.56 else Sex.MALE
    given = (_FEMALE if sex is Sex.FEMALE else _MALE)[background]
    family = background if rng.random() >= _MIXED else rng.choices(backgrounds, _SHARES)[0]
    return FictionalPerson(
        first_name=rng.choice(given),
        last_name=rng.choice(_FAMILY[family]),
        phone=phone,
        dob=_birth_date(rng),
        sex=sex,
    )


def _birth_date(rng: Random) -> date:
    """Most patients of such a clinic are between thirty and seventy."""
    days = (_LAST_DOB - _FIRST_DOB).days
    return _FIRST_DOB + timedelta(days=int(rng.triangular(0, days, days * 0.52)))
