#include "simulator/stock.h"
