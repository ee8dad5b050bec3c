package redact

import "strings"

// A kind is what a word, or a row of digits, means to us.
type kind uint8

const (
	other    kind = iota
	numeral       // digits, as they are written
	mark          // what is hidden already
	digit         // zero to nine
	soft          // a digit among digits only: oh, to, for
	teen          // ten to nineteen, and in Spanish to twenty-nine
	tens          // twenty to ninety
	hundred       // which multiplies what is before it
	hundreds      // one hundred to nine hundred, in one word
	thousand
	million
	multiply // double, triple
	filler   // joins digits always
	weak     // joins them where they are many already
	and      // is weak, and within a number nothing
	currency // makes an amount of a number
	month
)

// An entry is what the lexicon has of a word.
type entry struct {
	kind kind
	n    uint8  // how often multiply does
	id   uint16 // in phrases; 0: in none
}

// maxWord is how many letters our longest word has.
const maxWord = 20

var words = map[kind]string{
	digit: `zero nil naught nought one two three four five six seven eight nine niner fife
		cero un uno una dos tres cuatro cinco seis siete ocho nueve`,
	soft: `oh o to too for ate won`,
	teen: `ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
		diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve
		veintiun veintiuno veintiuna veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve`,
	tens: `twenty thirty forty fourty fifty sixty seventy eighty ninety
		veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa`,
	hundred: `hundred`,
	hundreds: `cien ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos
		doscientas trescientas cuatrocientas quinientas seiscientas setecientas ochocientas novecientas`,
	thousand: `thousand mil`,
	million:  `million millions billion millon millones`,
	filler: `um umm uhm uh uhh er erm ah eh ehh em hm hmm mm mmm mhm huh dash hyphen minus space comma dot point period slash blank
		ok okay yes yeah yep yup right sorry wait please well again
		guion espacio coma punto barra raya este pues bueno si vale perdon disculpe ya ver`,
	weak: `then next last first second third other rest part half set group followed by after that thats this these the of is are was it its
		my your in so now just like digit digits number numbers figure figures and ends ending starts starting
		luego despues entonces sigue siguen seguido seguida los las la el lo de del es son fue mi su tu ultimos ultimas
		primeros primeras siguiente siguientes digito digitos numero numeros cifras otros otra otro a al termina por`,
	and: `and y`,
	currency: `dollar dollars buck bucks cent cents euro euros pound pounds pence peso pesos sol soles dolar dolares centavo centavos
		centimo centimos quid usd eur gbp mxn percent porciento`,
	month: `january february march april may june july august september october november december
		jan feb mar apr jun jul aug sep sept oct nov dec
		enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre`,
}

var multiples = map[string]uint8{"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "doble": 2, "cuadruple": 4}

// secrets are the phrases after which, and before which, a number is a code that nobody
// may keep. Accents and case are left out.
var secrets = strings.Split(strings.TrimSpace(`
cvv
cvc
cvn
csc
cid number
c v v
c v c
c v n
see v v
security code
security number
security digits
card verification
verification code
verification number
verification pin
pin
pins
p i n
nip
passcode
pass code
password
passphrase
one time code
one time pin
otp
o t p
access code
authentication code
authenticator code
authorization code
login code
secret code
secret number
sms code
text code
digit code
digit pin
number code
digits on the back
digits at the back
digits on the reverse
digits in the back
numbers on the back
numbers at the back
number on the back
back of the card
back of your card
back of my card
signature strip
code we sent
code i sent
code that we sent
code that i sent
code you sent
code they sent
code we texted
code i texted
code you texted
code that was sent
code we just sent
code i just sent
code you just sent
code that we just sent
code from the text
code from the sms
code from the app
code from the message
code from your
code in the text
code in the sms
code in the message
code on your phone
code i got
code you got
code you received
code i received
social security
your social
my social
codigo de seguridad
codigos de seguridad
numero de seguridad
digitos de seguridad
codigo de verificacion
numero de verificacion
codigo verificador
codigo de acceso
codigo de autenticacion
codigo de autorizacion
codigo de confirmacion
codigo secreto
numero secreto
numero personal
codigo de un solo uso
codigo de un uso
codigo temporal
codigo del mensaje
codigo del sms
codigo por mensaje
codigo por sms
codigo que le
codigo que te
codigo que me
codigo que recibio
codigo que llego
codigo que aparece
clave
claves
contrasena
token
digitos de atras
digitos de la parte de atras
digitos detras
digitos al reverso
digitos del reverso
digitos al dorso
digitos del dorso
numeros de atras
numeros detras
numeros al reverso
numeros del reverso
numero de atras
numero al reverso
parte de atras
atras de la tarjeta
detras de la tarjeta
reverso de la tarjeta
dorso de la tarjeta
`), "\n")

// A lexicon knows our words and phrases.
type lexicon struct {
	words   map[string]entry
	phrases [][][]uint16 // by their first word's id
}

var lex = compile()

func compile() lexicon {
	l := lexicon{words: map[string]entry{}}
	for k, list := range words {
		for w := range strings.FieldsSeq(list) {
			if l.words[w].kind < k { // a word of two kinds is of the later one
				l.words[w] = entry{kind: k}
			}
		}
	}
	for w, n := range multiples {
		l.words[w] = entry{kind: multiply, n: n}
	}
	ids := uint16(0)
	for _, phrase := range secrets {
		var row []uint16
		for w := range strings.FieldsSeq(phrase) {
			e := l.words[w]
			if e.id == 0 {
				ids++
				e.id = ids
				l.words[w] = e
			}
			row = append(row, e.id)
		}
		for len(l.phrases) <= int(ids) {
			l.phrases = append(l.phrases, nil)
		}
		l.phrases[row[0]] = append(l.phrases[row[0]], row)
	}
	return l
}

// secret returns how many tokens from i on are the longest phrase that names a code; 0
// for none.
func (l lexicon) secret(all []token, i int) (n int) {
	if all[i].id == 0 {
		return 0
	}
	for _, row := range l.phrases[all[i].id] {
		if len(row) <= n || i+len(row) > len(all) {
			continue
		}
		same := true
		for j, id := range row {
			same = same && all[i+j].id == id
		}
		if same {
			n = len(row)
		}
	}
	return n
}
