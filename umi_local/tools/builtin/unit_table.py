"""The units that `convert_units` knows, with exact factors.

Factors are texts of decimals or fractions, relative to the dimension's first unit. Sources: the
definitions of the SI and, for the units of the US and the UK, those of the international yard and
pound agreement of 1959 (1 yd = 0.9144 m, 1 lb = 0.45359237 kg), the US gallon of 231 cubic inches
and the imperial one of 4.54609 l. kB, MB, ... are powers of 1000; KiB, MiB, ... are powers of 1024.
A year is 365.25 days, a month a twelfth of it, a calorie the thermochemical one (4.184 J), BTU the
international table's. Gallons, pints, cups and spoons without further words are those of the US.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: a value of it is `value * factor + offset` in the dimension's first unit.

    `names` are the symbol, which results are shown with, then everything else that it is called.
    """

    dimension: str
    names: tuple[str, ...]
    factor: Fraction
    offset: Fraction = Fraction(0)
    is_exact: bool = True

    @property
    def symbol(self) -> str:
        """The name that results are shown with."""
        return self.names[0]

    @property
    def word(self) -> str:
        """The longest name, which nobody takes for another unit's; not a plural."""
        return max((name for name in self.names if name[-1] != "s"), key=len, default=self.symbol)


# Plurals in -s, the American spelling of metre and litre, and ^2 for ² need no entry.
_TABLE: Mapping[str, Mapping[str, str]] = {
    "length": {
        "m, metre": "1",
        "km, kilometre": "1000",
        "dm, decimetre": "1/10",
        "cm, centimetre": "1/100",
        "mm, millimetre": "1/1000",
        "µm, um, micrometre, micron": "1/1000000",
        "nm, nanometre": "1/1000000000",
        "in, inch, inches": "0.0254",
        "ft, foot, feet": "0.3048",
        "yd, yard": "0.9144",
        "mi, mile": "1609.344",
        "nmi, nautical mile": "1852",
        "fathom": "1.8288",
        "furlong": "201.168",
        "au, astronomical unit": "149597870700",
        "ly, light year": "9460730472580800",
    },
    "mass": {
        "kg, kilogram, kilo": "1",
        "g, gram": "1/1000",
        "mg, milligram": "1/1000000",
        "µg, ug, mcg, microgram": "1/1000000000",
        "t, tonne, metric ton, ton": "1000",
        "lb, lbs, pound": "0.45359237",
        "oz, ounce": "0.028349523125",
        "st, stone": "6.35029318",
        "short ton, us ton, ton": "907.18474",
        "long ton, imperial ton, ton": "1016.0469088",
        "gr, grain": "0.00006479891",
        "ct, carat": "0.0002",
        "troy oz, ozt, troy ounce": "0.0311034768",
    },
    "volume": {
        "l, L, litre": "1",
        "dl, dL, decilitre": "1/10",
        "cl, cL, centilitre": "1/100",
        "ml, mL, millilitre, cc": "1/1000",
        "hl, hectolitre": "100",
        "m³, cubic metre, cubic m, cbm": "1000",
        "dm³, cubic decimetre": "1",
        "cm³, cubic centimetre, cubic cm": "1/1000",
        "mm³, cubic millimetre": "1/1000000",
        "in³, cubic inch, cubic inches, cu in": "0.016387064",
        "ft³, cubic foot, cubic feet, cu ft": "28.316846592",
        "yd³, cubic yard, cu yd": "764.554857984",
        "gal, gallon, us gallon": "3.785411784",
        "qt, quart, us quart": "0.946352946",
        "pt, pint, us pint": "0.473176473",
        "cup, us cup": "0.2365882365",
        "fl oz, fluid ounce, us fluid ounce": "0.0295735295625",
        "tbsp, tablespoon": "0.01478676478125",
        "tsp, teaspoon": "0.00492892159375",
        "imp gal, imperial gallon, uk gallon": "4.54609",
        "imp pt, imperial pint, uk pint": "0.56826125",
        "imp fl oz, imperial fluid ounce, uk fluid ounce": "0.0284130625",
        "bbl, oil barrel, barrel": "158.987294928",
    },
    "area": {
        "m², square metre, sq m, sqm": "1",
        "km², square kilometre, sq km": "1000000",
        "cm², square centimetre, sq cm": "1/10000",
        "mm², square millimetre, sq mm": "1/1000000",
        "ha, hectare": "10000",
        "are": "100",
        "in², square inch, square inches, sq in": "0.00064516",
        "ft², square foot, square feet, sq ft, sqft": "0.09290304",
        "yd², square yard, sq yd": "0.83612736",
        "mi², square mile, sq mi": "2589988.110336",
        "acre, ac": "4046.8564224",
    },
    "speed": {
        "m/s, metre per second, metres per second, mps": "1",
        "km/h, kph, kmh, kilometre per hour, kilometres per hour": "5/18",
        "km/s, kilometre per second, kilometres per second": "1000",
        "mph, mi/h, mile per hour, miles per hour": "0.44704",
        "ft/s, fps, foot per second, feet per second": "0.3048",
        "kn, knot, kt": "463/900",
    },
    "time": {
        "s, second, sec": "1",
        "ms, millisecond": "1/1000",
        "µs, us, microsecond": "1/1000000",
        "ns, nanosecond": "1/1000000000",
        "min, minute": "60",
        "h, hour, hr": "3600",
        "d, day": "86400",
        "week, wk": "604800",
        "fortnight": "1209600",
        "month": "2629800",
        "year, yr": "31557600",
        "decade": "315576000",
        "century, centuries": "3155760000",
    },
    "data": {
        "byte, B": "1",
        "bit, b": "1/8",
        "kB, KB, kilobyte": "1000",
        "MB, megabyte": "1000000",
        "GB, gigabyte": "1000000000",
        "TB, terabyte": "1000000000000",
        "PB, petabyte": "1000000000000000",
        "KiB, kibibyte": "1024",
        "MiB, mebibyte": "1048576",
        "GiB, gibibyte": "1073741824",
        "TiB, tebibyte": "1099511627776",
        "PiB, pebibyte": "1125899906842624",
        "kbit, kb, Kb, kilobit": "125",
        "Mbit, Mb, megabit": "125000",
        "Gbit, Gb, gigabit": "125000000",
        "Tbit, Tb, terabit": "125000000000",
    },
    "energy": {
        "J, joule": "1",
        "kJ, kilojoule": "1000",
        "MJ, megajoule": "1000000",
        "cal, calorie": "4.184",
        "kcal, kilocalorie, Cal, food calorie": "4184",
        "Wh, watt hour": "3600",
        "kWh, kilowatt hour": "3600000",
        "MWh, megawatt hour": "3600000000",
        "BTU, british thermal unit": "1055.05585262",
        "eV, electronvolt, electron volt": "1.602176634e-19",
    },
    "power": {
        "W, watt": "1",
        "mW, milliwatt": "1/1000",
        "kW, kilowatt": "1000",
        "MW, megawatt": "1000000",
        "GW, gigawatt": "1000000000",
        "hp, horsepower": "745.69987158227022",
        "PS, metric horsepower": "735.49875",
    },
    "pressure": {
        "Pa, pascal": "1",
        "hPa, hectopascal": "100",
        "kPa, kilopascal": "1000",
        "MPa, megapascal": "1000000",
        "bar": "100000",
        "mbar, millibar": "100",
        "atm, atmosphere": "101325",
        "psi, pound per square inch, pounds per square inch": "8896443230521/1290320000",
        "Torr": "20265/152",
        "mmHg, millimetre of mercury, millimetres of mercury": "133.322387415",
    },
    "force": {
        "N, newton": "1",
        "kN, kilonewton": "1000",
        "lbf, pound force": "4.4482216152605",
        "kgf, kilogram force": "9.80665",
    },
    "torque": {
        "Nm, newton metre, N m": "1",
        "lbf ft, foot pound, foot pounds, ft lb, ft lbs, pound foot": "1.3558179483314004",
    },
    "frequency": {
        "Hz, hertz": "1",
        "kHz, kilohertz": "1000",
        "MHz, megahertz": "1000000",
        "GHz, gigahertz": "1000000000",
        "rpm, revolutions per minute": "1/60",
    },
}

# In circles; a radian is 1/2π of one, rounded to 40 digits.
_ANGLES: Mapping[str, tuple[str, bool]] = {
    "turn, circle, revolution": ("1", True),
    "°, deg, degree": ("1/360", True),
    "arcmin, arcminute, minute of arc, minutes of arc": ("1/21600", True),
    "arcsec, arcsecond, second of arc, seconds of arc": ("1/1296000", True),
    "gon, gradian, grad": ("1/400", True),
    "rad, radian": ("0.1591549430918953357688837633725143620345", False),
}

# In kelvin: the factor and the offset.
_TEMPERATURES: Mapping[str, tuple[str, str]] = {
    "K, kelvin": ("1", "0"),
    "°C, C, celsius, degree celsius, degrees celsius, centigrade, degrees c": ("1", "273.15"),
    "°F, F, fahrenheit, degree fahrenheit, degrees fahrenheit, degrees f": ("5/9", "45967/180"),
    "°R, rankine, degree rankine, degrees rankine": ("5/9", "0"),
}


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


UNITS: tuple[Unit, ...] = (
    *(
        Unit(dimension, _names(names), Fraction(factor))
        for dimension, units in _TABLE.items()
        for names, factor in units.items()
    ),
    *(
        Unit("angle", _names(names), Fraction(factor), is_exact=is_exact)
        for names, (factor, is_exact) in _ANGLES.items()
    ),
    *(
        Unit("temperature", _names(names), Fraction(factor), Fraction(offset))
        for names, (factor, offset) in _TEMPERATURES.items()
    ),
)
